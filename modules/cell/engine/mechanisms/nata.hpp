// SPDX-License-Identifier: MIT
#pragma once
#include "engine/mechanisms/transient_na.hpp"

namespace cell::engine {

/// Where transient sodium of the axon lies.
struct Axonal {
  static constexpr const char* name = "nata";
  static constexpr const char* doc = "transient sodium of the axon, m^3 h";
  static constexpr const char* of_m = "m: a = 0.182 L(-(v + 48), 6), b = 0.124 L(v + 48, 6)";
  static constexpr const char* of_h = "h: a = 0.015 L(v + 69, 6), b = 0.015 L(-(v + 69), 6)";
  static constexpr double v_m = -48, v_h = -69;
};
using NaTa = TransientNa<Axonal>;

}  // namespace cell::engine
