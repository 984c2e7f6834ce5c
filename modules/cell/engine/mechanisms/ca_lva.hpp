// SPDX-License-Identifier: MIT
#pragma once
#include "engine/mechanism.hpp"

namespace cell::engine {

/// Low-voltage-activated calcium current, m^2 h, with the junction shift of 10 mV.
struct CaLva : Channel<CaLva, Ion::ca> {
  static MechanismInfo info() {
    return {"ca_lva",
            "low-voltage-activated calcium, m^2 h, ohmic about the Nernst potential",
            "Avery and Johnston 1996, J Neurosci 16:5567; Randall and Tsien 1997, "
            "Neuropharmacology 36:879",
            {{"gbar", "S/cm2", 1e-5, "conductance"}},
            {"m", "h"},
            "q(21)",
            {"i = gbar m^2 h (v - eca)",
             "m: inf = S(v, -40, 6), tau = (5 + 20/(1 + exp((v + 35)/5)))/q",
             "h: inf = S(v, -90, -6.4), tau = (20 + 50/(1 + exp((v + 50)/7)))/q"}};
  }
  static constexpr int states = 2;  // m h
  static void constants(const Environment& e, double* c) { c[0] = warm_dt(e, 2.3, 21); }
  template <class S>
  static void advance(typename S::real v, typename S::real, typename S::real* x, const double* c) {
    using V = typename S::real;
    const V m_tau = 5.0 + 20.0 / (1.0 + exp<S>((v + 35.0) * (1.0 / 5)));
    const V h_tau = 20.0 + 50.0 / (1.0 + exp<S>((v + 50.0) * (1.0 / 7)));
    x[0] = relax(x[0], sigmoid<S>(v, -40, 6), exp<S>(-c[0] / m_tau));
    x[1] = relax(x[1], sigmoid<S>(v, -90, -6.4), exp<S>(-c[0] / h_tau));
  }
  template <class V>
  static V open(const V* x) {
    return x[0] * x[0] * x[1];
  }
};

}  // namespace cell::engine
