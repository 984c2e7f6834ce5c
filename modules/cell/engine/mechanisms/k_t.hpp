// SPDX-License-Identifier: MIT
#pragma once
#include "engine/mechanism.hpp"

namespace cell::engine {

/// Transient potassium current, m^4 h.
struct KT : Channel<KT, Ion::k> {
  static MechanismInfo info() {
    return {"k_t",
            "transient potassium, m^4 h",
            "Korngreen and Sakmann 2000, J Physiol 525:621",
            {{"gbar", "S/cm2", 1e-5, "conductance"}},
            {"m", "h"},
            "q(21)",
            {"i = gbar m^4 h (v - ek)",
             "m: inf = S(v, -47, 29), tau = (0.34 + 0.92 exp(-((v + 71)/59)^2))/q",
             "h: inf = S(v, -66, -10), tau = (8 + 49 exp(-((v + 73)/23)^2))/q"}};
  }
  static constexpr int states = 2;  // m h
  static void constants(const Environment& e, double* c) { c[0] = warm_dt(e, 2.3, 21); }
  template <class S>
  static void advance(typename S::real v, typename S::real, typename S::real* x, const double* c) {
    using V = typename S::real;
    const V m = (v + 71.0) * (1.0 / 59), h = (v + 73.0) * (1.0 / 23);
    const V m_tau = 0.34 + 0.92 * exp<S>(-(m * m)), h_tau = 8.0 + 49.0 * exp<S>(-(h * h));
    x[0] = relax(x[0], sigmoid<S>(v, -47, 29), exp<S>(-c[0] / m_tau));
    x[1] = relax(x[1], sigmoid<S>(v, -66, -10), exp<S>(-c[0] / h_tau));
  }
  template <class V>
  static V open(const V* x) {
    return x[0] * x[0] * (x[0] * x[0]) * x[1];
  }
};

}  // namespace cell::engine
