// SPDX-License-Identifier: MIT
#pragma once
#include "engine/mechanism.hpp"

namespace cell::engine {

/// Persistent sodium current: m follows the voltage at once, so its slope belongs to the
/// conductance.
struct Nap {
  static MechanismInfo info() {
    return {"nap",
            "persistent sodium, m at once, h slow",
            "Magistretti and Alonso 1999, J Gen Physiol 114:491",
            {{"gbar", "S/cm2", 1e-5, "conductance"}},
            {"h"},
            "q(21)",
            {"i = gbar m h (v - ena)", "m = S(v, -52.6, 4.6)",
             "h: inf = S(v, -48.8, -10), tau = 1/(a + b)/q",
             "a = 2.88e-6 L(v + 17, 4.63), b = 6.94e-6 L(-(v + 64.4), 2.63)"}};
  }
  static constexpr int states = 1;
  static constexpr Reads reads = Reads::nothing;
  static constexpr Ion carries = Ion::na;
  static void constants(const Environment& e, double* c) { c[0] = warm_dt(e, 2.3, 21); }
  /// What opens at once.
  template <class S>
  static typename S::real activation(typename S::real v) {
    return sigmoid<S>(v, -52.6, 4.6);
  }
  template <class S>
  static void advance(typename S::real v, typename S::real, typename S::real* x, const double* c) {
    using V = typename S::real;
    const V a = 2.88e-6 * linoid<S>(v + 17.0, 4.63), b = 6.94e-6 * linoid<S>(-(v + 64.4), 2.63);
    x[0] = relax(x[0], sigmoid<S>(v, -48.8, -10), exp<S>((a + b) * -c[0]));
  }
  template <class S>
  static Ohmic<typename S::real> current(typename S::real v, typename S::real ena,
                                         const typename S::real* x, const typename S::parameters& p,
                                         const double*) {
    using V = typename S::real;
    const V h = p[0] * x[0];
    return tangent(v, [&](V at) { return h * activation<S>(at) * (at - ena); });
  }
};

}  // namespace cell::engine
