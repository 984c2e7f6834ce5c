// SPDX-License-Identifier: MIT
#pragma once
#include <cmath>

#include "engine/mechanism.hpp"

namespace cell::engine {

/// Small-conductance potassium channels, opened by calcium alone.
struct Sk : Channel<Sk, Ion::k> {
  static MechanismInfo info() {
    return {"sk",
            "calcium-gated potassium: z relaxes within 1 ms to 1/(1 + (0.43 uM/cai)^4.8)",
            "Koehler et al. 1996, Science 273:1709",
            {{"gbar", "S/cm2", 1e-4, "conductance"}},
            {"z"},
            "none",
            {"i = gbar z (v - ek)",
             "z: inf = 1/(1 + (0.00043/c)^4.8), tau = 1 ms; c = cai, or cai + 1e-7 below 1e-7 mM"}};
  }
  static constexpr int states = 1;
  static constexpr Reads reads = Reads::cai;
  static void constants(const Environment& e, double* c) { c[0] = std::exp(-e.dt_ms / 1.0); }
  template <class S>
  static void advance(typename S::real, typename S::real cai, typename S::real* x,
                      const double* c) {
    using V = typename S::real;
    const V seen = select(cai < 1e-7, cai + 1e-7, cai);
    const V inf = 1.0 / (1.0 + exp<S>(4.8 * log<S>(0.00043 / seen)));
    x[0] = relax(x[0], inf, splat<V>(c[0]));
  }
  template <class V>
  static V open(const V* x) {
    return x[0];
  }
};

}  // namespace cell::engine
