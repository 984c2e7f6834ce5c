// SPDX-License-Identifier: MIT
#pragma once
#include "engine/mechanisms/a_type.hpp"

namespace cell::engine {

/// Where the A-type current of CA1 is beyond 100 um.
struct Distal {
  static constexpr const char* name = "kad";
  static constexpr const char* doc = "A-type potassium of CA1 pyramidal cells, beyond 100 um, n l";
  static constexpr const char* of_n =
      "n: z = -1.8 - S(v, -40, -5), a = exp(z f (v + 1)), b = exp(0.39 z f (v + 1))";
  static constexpr const char* of_tau = "inf = 1/(1 + a), tau = b/(0.1 q (1 + a)), at least 0.2 ms";
  static constexpr double zeta = -1.8, v_n = -1, share = 0.39, rate = 0.1, least_ms = 0.2;
};
using Kad = AType<Distal>;

}  // namespace cell::engine
