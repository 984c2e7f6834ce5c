// SPDX-License-Identifier: MIT
#pragma once
#include "engine/mechanism.hpp"

namespace cell::engine {

/// Delayed rectifier of CA1 pyramidal cells, n.
struct Kdr : Channel<Kdr, Ion::k> {
  static MechanismInfo info() {
    return {"kdr",
            "delayed rectifier of CA1 pyramidal cells, n",
            "Migliore, Hoffman, Magee and Johnston 1999, J Comput Neurosci 7:5",
            {{"gbar", "S/cm2", 0.003, "conductance"}},
            {"n"},
            "f = 9.648e4/(8315 (273.16 + T)) per mV",
            {"i = gbar n (v - ek)",
             "n: a = exp(-3 f (v - 13)), b = exp(-2.1 f (v - 13)), inf = 1/(1 + a), tau = 50 b/(1 "
             "+ a), at least 2 ms"}};
  }
  static constexpr int states = 1;
  static void constants(const Environment& e, double* c) {
    c[0] = e.dt_ms;
    // with the rounded constants of the publication
    c[1] = 9.648e4 / (1000 * 8.315 * (273.16 + e.celsius));
  }
  template <class S>
  static void advance(typename S::real v, typename S::real, typename S::real* x, const double* c) {
    using V = typename S::real;
    const V shifted = (v - 13.0) * (-3 * c[1]);
    const V a = 1.0 + exp<S>(shifted);
    V tau = 50.0 * exp<S>(0.7 * shifted) / a;
    tau = select(tau < 2.0, splat<V>(2.0), tau);
    x[0] = relax(x[0], 1.0 / a, exp<S>(-c[0] / tau));
  }
  template <class V>
  static V open(const V* x) {
    return x[0];
  }
};

}  // namespace cell::engine
