// SPDX-License-Identifier: MIT
#pragma once
#include "engine/mechanisms/transient_na.hpp"

namespace cell::engine {

/// Where transient sodium of the soma lies.
struct Somatic {
  static constexpr const char* name = "nats";
  static constexpr const char* doc = "transient sodium of the soma, m^3 h";
  static constexpr const char* of_m = "m: a = 0.182 L(-(v + 40), 6), b = 0.124 L(v + 40, 6)";
  static constexpr const char* of_h = "h: a = 0.015 L(v + 66, 6), b = 0.015 L(-(v + 66), 6)";
  static constexpr double v_m = -40, v_h = -66;
};
using NaTs = TransientNa<Somatic>;

}  // namespace cell::engine
