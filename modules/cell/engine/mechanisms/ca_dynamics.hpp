// SPDX-License-Identifier: MIT
#pragma once
#include <cmath>

#include "engine/mechanism.hpp"

namespace cell::engine {

/// Calcium in a thin shell under the membrane: what the calcium currents bring in decays to rest.
/// The mechanism owns the concentration of its segments.
struct CaDynamics {
  static MechanismInfo info() {
    return {"ca_dynamics",
            "calcium concentration in a shell under the membrane",
            "Destexhe, Contreras, Sejnowski and Steriade 1994, J Neurophysiol 72:803",
            {{"gamma", "1", 0.05, "share of the calcium that is not bound"},
             {"decay", "ms", 80, "time constant of removal"},
             {"depth", "um", 0.1, "of the shell"},
             {"rest", "mM", 1e-4, "concentration at rest, and at the start"}},
            {},
            "none",
            {"cai' = -1e4 gamma ica/(2 F depth) - (cai - rest)/decay, ica in mA/cm2",
             "eca = 1000 R (T + 273.15)/(2 F) ln(cao/cai)"}};
  }
  static constexpr int states = 0;  // what it advances is the concentration itself
  static constexpr Reads reads = Reads::i_ca;
  static constexpr Ion carries = Ion::none;
  static void constants(const Environment& e, double* c) {
    c[0] = e.dt_ms;
    c[1] = 1e4 / (2 * e.faraday);
  }
  /// The concentration where it starts. [mM]
  static double at_rest(const double* p) { return p[3]; }

  /// The concentration [mM] one step later, exact for a current [mA/cm2] that does not change.
  template <class S>
  static typename S::real next(typename S::real cai, typename S::real i_ca,
                               const typename S::parameters& p, const double* c) {
    using V = typename S::real;
    const V inf = p[3] - i_ca * (c[1] * p[0] * p[1] / p[2]);
    return relax(cai, inf, exp<S>(V{} - c[0] / p[1]));
  }
};

}  // namespace cell::engine
