// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <string_view>

#include "engine/kernel.hpp"

namespace cell::engine {

const Kernel& best_kernel() {
#if defined(__x86_64__)
  const char* asked = std::getenv("TUTTI_ISA");
  const std::string_view most = asked ? asked : "avx512";
  __builtin_cpu_init();
  if (most == "avx512" && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq"))
    return avx512_kernel;
  if (most != "baseline" && __builtin_cpu_supports("avx2")) return avx2_kernel;
#endif
  return baseline_kernel;
}

}  // namespace cell::engine
