// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "engine/kernel.hpp"
#include "engine/population.hpp"

namespace cell::engine {

Instructions best_instructions() {
#if defined(__x86_64__)
  const char* asked = std::getenv("TUTTI_ISA");
  const std::string_view most = asked ? asked : "avx512";
  __builtin_cpu_init();
  if (most == "avx512" && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq"))
    return Instructions::avx512;
  if (most != "baseline" && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return Instructions::avx2;
#endif
  return Instructions::baseline;
}

const char* name_of(Instructions what) {
  constexpr const char* names[] = {"baseline", "avx2", "avx512"};
  return names[static_cast<int>(what)];
}

const Kernel& best_kernel(Instructions most) {
  switch (std::min(most, best_instructions())) {
    case Instructions::avx512:
      return avx512_kernel;
    case Instructions::avx2:
      return avx2_kernel;
    default:
      return baseline_kernel;
  }
}

const Kernel& best_kernel() { return best_kernel(Instructions::avx512); }

}  // namespace cell::engine
