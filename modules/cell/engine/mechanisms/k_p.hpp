// SPDX-License-Identifier: MIT
#pragma once
#include "engine/mechanisms/slow_potassium.hpp"

namespace cell::engine {

/// Persistent potassium current, m^2 h.
struct KP : Channel<KP, Ion::k> {
  static MechanismInfo info() {
    return {
        "k_p",
        "persistent potassium, m^2 h",
        "Korngreen and Sakmann 2000, J Physiol 525:621",
        {{"gbar", "S/cm2", 1e-5, "conductance"}},
        {"m", "h"},
        "q(21)",
        {"i = gbar m^2 h (v - ek)", "m: inf = S(v, -14.3, 14.6)",
         "tau = (1.25 + 175.03 exp(0.026 v))/q below -50 mV, (1.25 + 13 exp(-0.026 v))/q from "
         "there on",
         "h: inf = S(v, -54, -11), tau = (360 + (1010 + 24 (v + 55)) exp(-((v + 75)/48)^2))/q"}};
  }
  static constexpr int states = 2;
  static void constants(const Environment& e, double* c) { c[0] = warm_dt(e, 2.3, 21); }
  template <class S>
  static void advance(typename S::real v, typename S::real, typename S::real* x, const double* c) {
    using V = typename S::real;
    const V rise = exp<S>(0.026 * v);
    const V m_tau = 1.25 + select(v < -50.0, 175.03 * rise, 13.0 / rise);
    const V h_tau = slow_inactivation_ms<S>(v, 24, 55);
    x[0] = relax(x[0], sigmoid<S>(v, -14.3, 14.6), exp<S>(-c[0] / m_tau));
    x[1] = relax(x[1], sigmoid<S>(v, -54, -11), exp<S>(-c[0] / h_tau));
  }
  template <class V>
  static V open(const V* x) {
    return x[0] * x[0] * x[1];
  }
};

}  // namespace cell::engine
