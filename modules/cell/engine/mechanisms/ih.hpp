// SPDX-License-Identifier: MIT
#pragma once
#include "engine/mechanism.hpp"

namespace cell::engine {

/// Hyperpolarisation-activated cation current.
struct Ih {
  static MechanismInfo info() {
    return {"ih",
            "hyperpolarisation-activated cation current",
            "Kole, Hallermann and Stuart 2006, J Neurosci 26:1677",
            {{"gbar", "S/cm2", 1e-5, "conductance"}, {"e", "mV", -45, "reversal potential"}},
            {"m"},
            "none",
            {"i = gbar m (v - e)", "m: a = 0.00643 L(v + 154.9, 11.9), b = 0.193 exp(v/33.1)"}};
  }
  static constexpr int states = 1;
  static constexpr Reads reads = Reads::nothing;
  static constexpr Ion carries = Ion::none;
  static void constants(const Environment& e, double* c) { c[0] = e.dt_ms; }
  template <class S>
  static void advance(typename S::real v, typename S::real, typename S::real* x, const double* c) {
    using V = typename S::real;
    const V shifted = v + 154.9;
    const V a = 0.00643 * linoid(shifted, 11.9, exp<S>(shifted * (1 / 11.9)));
    const V sum = a + 0.193 * exp<S>(v * (1 / 33.1));
    x[0] = relax(x[0], a / sum, exp<S>(sum * -c[0]));
  }
  template <class S>
  static Ohmic<typename S::real> current(typename S::real, typename S::real,
                                         const typename S::real* x, const typename S::parameters& p,
                                         const double*) {
    const auto g = p[0] * x[0];
    return {g, g * p[1]};
  }
};

}  // namespace cell::engine
