// SPDX-License-Identifier: MIT
#pragma once
#include "engine/mechanism.hpp"

namespace cell::engine {

/// A-type potassium current of CA1 pyramidal cells, n l. `Site` says what differs along the
/// dendrite: zeta, v_n (of n), share and rate (of its time constant), least_ms.
template <class Site>
struct AType : Channel<AType<Site>, Ion::k> {
  static MechanismInfo info() {
    return {Site::name,
            Site::doc,
            "Hoffman, Magee, Colbert and Johnston 1997, Nature 387:869, in the form of Migliore, "
            "Hoffman, Magee and Johnston 1999, J Comput Neurosci 7:5",
            {{"gbar", "S/cm2", 0.008, "conductance"}},
            {"n", "l"},
            "q = 5^((T - 24)/10); f = 9.648e4/(8315 (273.16 + T)) per mV",
            {"i = gbar n l (v - ek)", Site::of_n, Site::of_tau,
             "l: inf = 1/(1 + exp(3 f (v + 56))), tau = 0.26 (v + 50), at least 2 ms"}};
  }
  static constexpr int states = 2;  // n l
  static void constants(const Environment& e, double* c) {
    c[0] = e.dt_ms;
    // with the rounded constants of the publication
    c[1] = 9.648e4 / (1000 * 8.315 * (273.16 + e.celsius));
    c[2] = q10(e, 5.0, 24);
  }
  template <class S>
  static void advance(typename S::real v, typename S::real, typename S::real* x, const double* c) {
    using V = typename S::real;
    const V zeta = Site::zeta - sigmoid<S>(v, -40, -5), shifted = zeta * ((v - Site::v_n) * c[1]);
    const V a = 1.0 + exp<S>(shifted);
    V n_tau = exp<S>(Site::share * shifted) / ((Site::rate * c[2]) * a), l_tau = 0.26 * (v + 50.0);
    n_tau = select(n_tau < Site::least_ms, splat<V>(Site::least_ms), n_tau);
    l_tau = select(l_tau < 2.0, splat<V>(2.0), l_tau);
    x[0] = relax(x[0], 1.0 / a, exp<S>(-c[0] / n_tau));
    x[1] = relax(x[1], 1.0 / (1.0 + exp<S>((3 * c[1]) * (v + 56.0))), exp<S>(-c[0] / l_tau));
  }
  template <class V>
  static V open(const V* x) {
    return x[0] * x[1];
  }
};

}  // namespace cell::engine
