// SPDX-License-Identifier: MIT
#pragma once
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
             {"el", "mV", -54.3, "reversal potential of the leak"}},
            {"m", "h", "n"},
            "rates times 3^((T - 6.3)/10)",
            {"i = gnabar m^3 h (v - ena) + gkbar n^4 (v - ek) + gl (v - el)",
             "m: a = 0.1 L(-(v + 40), 10), b = 4 exp(-(v + 65)/18)",
             "h: a = 0.07 exp(-(v + 65)/20), b = 1/(1 + exp(-(v + 35)/10))",
             "n: a = 0.01 L(-(v + 55), 10), b = 0.125 exp(-(v + 65)/80)"}};
  }
  static constexpr int states = 3;  // m h n
  static constexpr Reads reads = Reads::nothing;
  static constexpr Ion carries = Ion::na_and_k;
  static void constants(const Environment& e, double* c) { c[0] = warm_dt(e, 3, 6.3); }

  template <class S>
  static void advance(typename S::real v, typename S::real, typename S::real* x, const double* c) {
    using V = typename S::real;
    // One exponential for all slopes: e^(-(v+65)/720) to the 9th power gives that of 80 mV and so
    // 20 and 10 mV, to the 40th that of 18 mV.
    const V e = exp<S>((v + 65.0) * (-1.0 / 720)), e2 = e * e, e4 = e2 * e2, e8 = e4 * e4;
    const V e16 = e8 * e8, e18 = e16 * e16 * e8;
    const V e80 = e8 * e, e40 = e80 * e80, e20 = e40 * e40, e10 = e20 * e20;
    constexpr double m_shift = 12.182493960703473, h_shift = 20.085536923187668,  // e^2.5, e^3
        n_shift = 2.718281828459045;                                              // e^1
    // Opening rates over a step as quotients, p/q, so that all three gates share one division.
    const double dt = c[0];
    const auto m = linoid_quotient<S>(-40.0 - v, 10, fused(e10, m_shift, -1.0));
    const auto n = linoid_quotient<S>(-55.0 - v, 10, fused(e10, n_shift, -1.0));
    const V m_p = m.p * (0.1 * dt), n_p = n.p * (0.01 * dt);
    const V h_q = fused(e10, h_shift, 1.0), h_p = e20 * (0.07 * dt) * h_q;
    const V m_sum = fused(e18 * (4 * dt), m.q, m_p), h_sum = h_p + dt;
    const V n_sum = fused(e80 * (0.125 * dt), n.q, n_p);
    const V mm = m_sum * m.q, hh = h_sum * h_q, nn = n_sum * n.q, mh = mm * hh;
    const V inverse = 1.0 / (mh * nn), both = inverse * nn;
    gate<S>(x[0], m_p, m.q, m_sum, both * hh);
    gate<S>(x[1], h_p, h_q, h_sum, both * mm);
    gate<S>(x[2], n_p, n.q, n_sum, inverse * mh);
  }

  template <class S>
  static IonicCurrents<typename S::real> current(typename S::real,
                                                 const Reversals<typename S::real>& e,
                                                 const typename S::real* x,
                                                 const typename S::parameters& p, const double*) {
    using V = typename S::real;
    const V m = x[0], n2 = x[2] * x[2];
    const V gna = p[0] * (m * m * m * x[1]), gk = p[1] * (n2 * n2), gl = p[2];
    const V na = gna * e.na, k = gk * e.k;
    return {{gna + gk + gl, na + k + gl * p[3]}, {gna, na}, {gk, k}};
  }

 private:
  /// A gate that opens p/q times in a step and changes sum/q times; `inverse` = 1/(sum q).
  template <class S, class V>
  static void gate(V& x, V p, V q, V sum, V inverse) {
    x = relax(x, p * q * inverse, decay<S>(sum * sum * inverse));
  }
};

}  // namespace cell::engine
