// SPDX-License-Identifier: MIT
#pragma once
#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace rxd {

/// While it lives, what this thread computes below 1e-308 becomes 0. Tails of diffusion run through
/// such numbers, which processors compute some hundred cycles each; no concentration is that small.
class FlushToZero {
 public:
#if defined(__SSE2__)
  FlushToZero() : before_{_mm_getcsr()} { _mm_setcsr(before_ | flush | read_as_zero); }
  ~FlushToZero() { _mm_setcsr(before_); }
#else
  FlushToZero() = default;
#endif
  FlushToZero(const FlushToZero&) = delete;
  FlushToZero& operator=(const FlushToZero&) = delete;

#if defined(__SSE2__)
 private:
  static constexpr unsigned flush = 0x8000, read_as_zero = 0x0040;
  unsigned before_;
#endif
};

}  // namespace rxd
