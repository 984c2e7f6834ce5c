// SPDX-License-Identifier: MIT
#pragma once
#include "engine/mechanism.hpp"

namespace cell::engine {

/// A leak. Having no state it is folded into the matrix once and costs nothing per step.
struct Pas {
  static MechanismInfo info() {
    return {"pas",
            "leak: i = g (v - e)",
            "Ohm's law",
            {{"g", "S/cm2", 0.001, "conductance"}, {"e", "mV", -70, "reversal potential"}},
            {},
            "none",
            {"i = g (v - e)"}};
  }
  static constexpr int states = 0;
  static constexpr Reads reads = Reads::nothing;
  static constexpr Ion carries = Ion::none;
  static void constants(const Environment&, double*) {}
  template <class S>
  static void advance(typename S::real, typename S::real, typename S::real*, const double*) {}
  template <class S>
  static Ohmic<typename S::real> current(typename S::real, typename S::real,
                                         const typename S::real*, const typename S::parameters& p,
                                         const double*) {
    using V = typename S::real;
    const V g = V{} + p[0];
    return {g, g * p[1]};
  }
};

}  // namespace cell::engine
