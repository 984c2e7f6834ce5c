// SPDX-License-Identifier: MIT
#pragma once
#include "engine/mechanisms/slow_potassium.hpp"

namespace cell::engine {

/// Delayed potassium current with a fast and a slow inactivation, m^2 (h1 + h2)/2.
struct Kv2like : Channel<Kv2like, Ion::k> {
  static MechanismInfo info() {
    return {"kv2like",
            "delayed rectifier like Kv2, m^2 (h1 + h2)/2",
            "Keren, Peled and Korngreen 2005, J Neurophysiol 94:3730; Liu and Bean 2014, J "
            "Neurosci 34:4991",
            {{"gbar", "S/cm2", 1e-5, "conductance"}},
            {"m", "h1", "h2"},
            "q(21)",
            {"i = gbar m^2 (h1 + h2)/2 (v - ek)",
             "m: a = 0.12 L(-(v - 43), 11), b = 0.02 exp(-(v + 1.27)/120), inf = a/(a + b), tau = "
             "2.5/(a + b)/q",
             "h1, h2: inf = S(v, -58, -11)",
             "tau1 = (360 + (1010 + 23.7 (v + 54)) exp(-((v + 75)/48)^2))/q",
             "tau2 = (2350 + 1380 exp(-0.011 v) - 210 exp(-0.03 v))/q"}};
  }
  static constexpr int states = 3;
  static void constants(const Environment& e, double* c) { c[0] = warm_dt(e, 2.3, 21); }
  template <class S>
  static void advance(typename S::real v, typename S::real, typename S::real* x, const double* c) {
    using V = typename S::real;
    const V a = 0.12 * linoid<S>(43.0 - v, 11), sum = a + 0.02 * exp<S>((v + 1.27) * (-1.0 / 120));
    const V inf = sigmoid<S>(v, -58, -11);
    const V fast = slow_inactivation_ms<S>(v, 23.7, 54);
    const V slow = 2350.0 + 1380.0 * exp<S>(-0.011 * v) - 210.0 * exp<S>(-0.03 * v);
    x[0] = relax(x[0], a / sum, exp<S>(sum * (-c[0] / 2.5)));
    x[1] = relax(x[1], inf, exp<S>(-c[0] / fast));
    x[2] = relax(x[2], inf, exp<S>(-c[0] / slow));
  }
  template <class V>
  static V open(const V* x) {
    return x[0] * x[0] * (0.5 * (x[1] + x[2]));
  }
};

}  // namespace cell::engine
