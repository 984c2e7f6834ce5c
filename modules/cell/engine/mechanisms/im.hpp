// SPDX-License-Identifier: MIT
#pragma once
#include "engine/mechanism.hpp"

namespace cell::engine {

/// Muscarinic potassium current, rates times 2.3^((celsius - 21)/10).
struct Im : Channel<Im, Ion::k> {
  static MechanismInfo info() {
    return {
        "im",
        "muscarinic (M type) potassium",
        "Adams, Brown and Constanti 1982, J Physiol 330:537",
        {{"gbar", "S/cm2", 1e-5, "conductance"}},
        {"m"},
        "q(21)",
        {"i = gbar m (v - ek)", "m: a = 0.0033 exp(0.1 (v + 35)), b = 0.0033 exp(-0.1 (v + 35))"}};
  }
  static constexpr int states = 1;
  static void constants(const Environment& e, double* c) { c[0] = warm_dt(e, 2.3, 21); }
  template <class S>
  static void advance(typename S::real v, typename S::real, typename S::real* x, const double* c) {
    using V = typename S::real;
    const V rise = exp<S>((v + 35.0) * 0.1);
    const V a = 0.0033 * rise, sum = a + 0.0033 / rise;
    x[0] = relax(x[0], a / sum, exp<S>(sum * -c[0]));
  }
  template <class V>
  static V open(const V* x) {
    return x[0];
  }
};

}  // namespace cell::engine
