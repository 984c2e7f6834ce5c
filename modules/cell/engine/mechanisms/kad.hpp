// SPDX-License-Identifier: MIT
#pragma once
#include <cmath>

#include "engine/mechanism.hpp"

namespace cell::engine {

/// A-type potassium current of CA1 pyramidal cells, beyond 100 um, n l.
struct Kad {
  static MechanismInfo info() {
    return {"kad",
            "A-type potassium of CA1 pyramidal cells, beyond 100 um, n l",
            "Hoffman, Magee, Colbert and Johnston 1997, Nature 387:869, in the form of Migliore, "
            "Hoffman, Magee and Johnston 1999, J Comput Neurosci 7:5",
            {{"gbar", "S/cm2", 0.008, "conductance"}},
            {"n", "l"},
            "q = 5^((T - 24)/10); f = 9.648e4/(8315 (273.16 + T)) per mV",
            {"i = gbar n l (v - ek)",
             "n: z = -1.8 - S(v, -40, -5), a = exp(z f (v + 1)), b = exp(0.39 z f (v + 1))",
             "inf = 1/(1 + a), tau = b/(0.1 q (1 + a)), at least 0.2 ms",
             "l: inf = 1/(1 + exp(3 f (v + 56))), tau = 0.26 (v + 50), at least 2 ms"}};
  }
  static constexpr int states = 2;
  static constexpr Reads reads = Reads::nothing;
  static void constants(const Environment& e, double* c) {
    c[0] = e.dt_ms;
    c[1] = e.ek_mV;
    // with the rounded constants of the publication
    c[2] = 9.648e4 / (1000 * 8.315 * (273.16 + e.celsius));
    c[3] = std::pow(5.0, (e.celsius - 24) / 10);
  }
  template <class S>
  static void advance(typename S::real v, typename S::real, typename S::real* x, const double* c) {
    using V = typename S::real;
    const V zeta = -1.8 - sigmoid<S>(v, -40, -5), shifted = zeta * ((v + 1.0) * c[2]);
    const V a = 1.0 + exp<S>(shifted);
    V n_tau = exp<S>(0.39 * shifted) / ((0.1 * c[3]) * a), l_tau = 0.26 * (v + 50.0);
    n_tau = select(n_tau < 0.2, splat<V>(0.2), n_tau);
    l_tau = select(l_tau < 2.0, splat<V>(2.0), l_tau);
    x[0] = relax(x[0], 1.0 / a, exp<S>(-c[0] / n_tau));
    x[1] = relax(x[1], 1.0 / (1.0 + exp<S>((3 * c[2]) * (v + 56.0))), exp<S>(-c[0] / l_tau));
  }
  template <class S>
  static Ohmic<typename S::real> current(typename S::real, typename S::real,
                                         const typename S::real* x, const typename S::parameters& p,
                                         const double* c) {
    const auto g = p[0] * (x[0] * x[1]);
    return {g, g * c[1]};
  }
};

}  // namespace cell::engine
