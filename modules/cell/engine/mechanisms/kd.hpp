// SPDX-License-Identifier: MIT
#pragma once
#include <cmath>

#include "engine/mechanism.hpp"

namespace cell::engine {

/// Potassium current that inactivates slowly, m h.
struct Kd : Channel<Kd, Ion::k> {
  static MechanismInfo info() {
    return {"kd",
            "slowly inactivating potassium (D type), m h",
            "Foust, Yu, Popovic, Zecevic and McCormick 2011, J Neurosci 31:15490",
            {{"gbar", "S/cm2", 1e-5, "conductance"}},
            {"m", "h"},
            "none",
            {"i = gbar m h (v - ek)", "m: inf = S(v, -43, 8), tau = 1 ms",
             "h: inf = S(v, -67, -7.3), tau = 1500 ms"}};
  }
  static constexpr int states = 2;
  static void constants(const Environment& e, double* c) {
    c[0] = std::exp(-e.dt_ms / 1.0);
    c[1] = std::exp(-e.dt_ms / 1500.0);
  }
  template <class S>
  static void advance(typename S::real v, typename S::real, typename S::real* x, const double* c) {
    using V = typename S::real;
    x[0] = relax(x[0], sigmoid<S>(v, -43, 8), splat<V>(c[0]));
    x[1] = relax(x[1], sigmoid<S>(v, -67, -7.3), splat<V>(c[1]));
  }
  template <class V>
  static V open(const V* x) {
    return x[0] * x[1];
  }
};

}  // namespace cell::engine
