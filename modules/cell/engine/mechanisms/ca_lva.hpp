// SPDX-License-Identifier: MIT
#pragma once
#include <cmath>

#include "engine/mechanism.hpp"

namespace cell::engine {

/// Low-voltage-activated calcium current, m^2 h, with the junction shift of 10 mV.
struct CaLva {
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
  static constexpr Reads reads = Reads::nothing;
  static constexpr Ion carries = Ion::ca;
  static void constants(const Environment& e, double* c) {
    c[0] = e.dt_ms * std::pow(2.3, (e.celsius - 21) / 10);
  }
  template <class S>
  static void advance(typename S::real v, typename S::real, typename S::real* x, const double* c) {
    using V = typename S::real;
    const V m_tau = 5.0 + 20.0 / (1.0 + exp<S>((v + 35.0) * (1.0 / 5)));
    const V h_tau = 20.0 + 50.0 / (1.0 + exp<S>((v + 50.0) * (1.0 / 7)));
    x[0] = relax(x[0], sigmoid<S>(v, -40, 6), exp<S>(-c[0] / m_tau));
    x[1] = relax(x[1], sigmoid<S>(v, -90, -6.4), exp<S>(-c[0] / h_tau));
  }
  template <class S>
  static Ohmic<typename S::real> current(typename S::real, typename S::real eca,
                                         const typename S::real* x, const typename S::parameters& p,
                                         const double*) {
    const auto g = p[0] * (x[0] * x[0] * x[1]);
    return {g, g * eca};
  }
};

}  // namespace cell::engine
