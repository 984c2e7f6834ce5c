// SPDX-License-Identifier: MIT
#pragma once
#include <cmath>

#include "engine/mechanism.hpp"

namespace cell::engine {

/// Sodium, potassium and leak of the squid giant axon, rates times 3^((celsius - 6.3)/10).
struct Hh {
  static MechanismInfo info() {
    return {"hh",
            "squid sodium m^3 h, potassium n^4 and leak",
            "Hodgkin and Huxley 1952, J Physiol 117:500, shifted to rest at -65 mV",
            {{"gnabar", "S/cm2", 0.12, "sodium conductance"},
             {"gkbar", "S/cm2", 0.036, "potassium conductance"},
             {"gl", "S/cm2", 0.0003, "leak conductance"},
             {"el", "mV", -54.3, "reversal potential of the leak"}}};
  }
  static constexpr int states = 3;  // m h n
  static constexpr Reads reads = Reads::nothing;
  static void constants(const Environment& e, double* c) {
    c[0] = e.dt_ms * std::pow(3.0, (e.celsius - 6.3) / 10);
    c[1] = e.ena_mV;
    c[2] = e.ek_mV;
  }

  template <class S>
  static void advance(typename S::real v, typename S::real, typename S::real* x, const double* c) {
    using V = typename S::real;
    // e^(-(v+65)/80) to the 4th and 8th power gives the slopes of 20 and 10 mV, too
    const V e80 = exp<S>((v + 65.0) * (-1.0 / 80)), e40 = e80 * e80, e20 = e40 * e40;
    const V e10 = e20 * e20;
    constexpr double m_shift = 12.182493960703473, h_shift = 20.085536923187668,  // e^2.5, e^3
        n_shift = 2.718281828459045;                                              // e^1
    const V am = 0.1 * linoid(-(v + 40.0), 10, e10 * m_shift);
    const V bm = 4.0 * exp<S>((v + 65.0) * (-1.0 / 18));
    const V ah = 0.07 * e20;
    const V bh = 1.0 / (1.0 + e10 * h_shift);
    const V an = 0.01 * linoid(-(v + 55.0), 10, e10 * n_shift);
    const V bn = 0.125 * e80;
    gate<S>(x[0], am, bm, c[0]);
    gate<S>(x[1], ah, bh, c[0]);
    gate<S>(x[2], an, bn, c[0]);
  }

  template <class S>
  static Ohmic<typename S::real> current(typename S::real, const typename S::real* x,
                                         const double* p, const double* c) {
    using V = typename S::real;
    const V m = x[0], n2 = x[2] * x[2];
    const V gna = p[0] * (m * m * m * x[1]), gk = p[1] * (n2 * n2);
    return {gna + gk + p[2], gna * c[1] + gk * c[2] + p[2] * p[3]};
  }

 private:
  template <class S>
  static void gate(typename S::real& x, typename S::real a, typename S::real b, double qdt) {
    const auto rate = a + b;
    x = relax(x, a / rate, exp<S>(rate * -qdt));
  }
};

}  // namespace cell::engine
