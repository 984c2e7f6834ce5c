// SPDX-License-Identifier: MIT
#pragma once
#include "engine/mechanism.hpp"

namespace cell::engine {

/// Muscarinic potassium current, rates as measured in hippocampus.
struct ImV2 : Channel<ImV2, Ion::k> {
  static MechanismInfo info() {
    return {"im_v2",
            "muscarinic (M type) potassium",
            "Vervaeke, Hu, Graham and Storm 2006, Neuron 49:257",
            {{"gbar", "S/cm2", 1e-5, "conductance"}},
            {"m"},
            "q(30)",
            {"i = gbar m (v - ek)",
             "m: a = 0.007 exp(2.4 (v + 48)/26.12), b = 0.007 exp(-3.6 (v + 48)/26.12)",
             "inf = a/(a + b), tau = (15 + 1/(a + b))/q"}};
  }
  static constexpr int states = 1;
  static void constants(const Environment& e, double* c) { c[0] = warm_dt(e, 2.3, 30); }
  template <class S>
  static void advance(typename S::real v, typename S::real, typename S::real* x, const double* c) {
    using V = typename S::real;
    const V shifted = (v + 48.0) * (1 / 26.12);
    const V a = 0.007 * exp<S>(2.4 * shifted), sum = a + 0.007 * exp<S>(-3.6 * shifted);
    x[0] = relax(x[0], a / sum, exp<S>(-c[0] / (15.0 + 1.0 / sum)));
  }
  template <class V>
  static V open(const V* x) {
    return x[0];
  }
};

}  // namespace cell::engine
