// SPDX-License-Identifier: MIT
#pragma once
#include "engine/mechanism.hpp"

namespace cell::engine {

/// Fast potassium current.
struct Kv31 : Channel<Kv31, Ion::k> {
  static MechanismInfo info() {
    return {"kv3_1",
            "fast potassium that does not inactivate, m",
            "Rettig et al. 1992, EMBO J 11:2473, in the form of Hay et al. 2011",
            {{"gbar", "S/cm2", 1e-5, "conductance"}},
            {"m"},
            "none",
            {"i = gbar m (v - ek)", "m: inf = S(v, 18.7, 9.7), tau = 4 S(v, -46.56, 44.14)"}};
  }
  static constexpr int states = 1;
  static void constants(const Environment& e, double* c) { c[0] = e.dt_ms; }
  template <class S>
  static void advance(typename S::real v, typename S::real, typename S::real* x, const double* c) {
    using V = typename S::real;
    const V tau = 4.0 * sigmoid<S>(v, -46.56, 44.14);
    x[0] = relax(x[0], sigmoid<S>(v, 18.7, 9.7), exp<S>(-c[0] / tau));
  }
  template <class V>
  static V open(const V* x) {
    return x[0];
  }
};

}  // namespace cell::engine
