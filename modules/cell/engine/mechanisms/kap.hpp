// SPDX-License-Identifier: MIT
#pragma once
#include "engine/mechanisms/a_type.hpp"

namespace cell::engine {

/// Where the A-type current of CA1 is from the soma to 100 um.
struct Proximal {
  static constexpr const char* name = "kap";
  static constexpr const char* doc = "A-type potassium of CA1 pyramidal cells, soma to 100 um, n l";
  static constexpr const char* of_n =
      "n: z = -1.5 - S(v, -40, -5), a = exp(z f (v - 11)), b = exp(0.55 z f (v - 11))";
  static constexpr const char* of_tau =
      "inf = 1/(1 + a), tau = b/(0.05 q (1 + a)), at least 0.1 ms";
  static constexpr double zeta = -1.5, v_n = 11, share = 0.55, rate = 0.05, least_ms = 0.1;
};
using Kap = AType<Proximal>;

}  // namespace cell::engine
