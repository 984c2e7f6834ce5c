// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>

/// Eight cells at a time. Every operation is the IEEE one in every lane (no fused multiply-add, no
/// approximations that differ between instruction sets), so that a cell computes the same bits in
/// any lane, beside any others, with SSE2, AVX2 or AVX-512.
namespace cell::engine {

inline constexpr int lanes = 8;
using Vec = double __attribute__((vector_size(64)));
using Mask = std::int64_t __attribute__((vector_size(64)));

inline __attribute__((always_inline)) Vec splat(double x) { return Vec{} + x; }

inline __attribute__((always_inline)) Vec select(Mask mask, Vec yes, Vec no) {
  return reinterpret_cast<Vec>((mask & reinterpret_cast<Mask>(yes)) |
                               (~mask & reinterpret_cast<Mask>(no)));
}

/// e^x to 1e-15 relative for |x| < 708, saturating beyond: x = n ln 2 + r, Taylor's series of
/// degree 13 in |r| <= ln 2 / 2 (remainder 4e-18), then n goes to the exponent.
inline __attribute__((always_inline)) Vec exp(Vec x) {
  constexpr double log2_e = 1.4426950408889634, round = 6755399441055744.0;  // 1.5 · 2^52
  constexpr double ln2_high = 6.93147180369123816490e-01, ln2_low = 1.90821492927058770002e-10;
  x = select(x < -708.0, splat(-708.0), x);
  x = select(x > 708.0, splat(708.0), x);
  const Vec shifted = x * log2_e + round;
  const Vec n = shifted - round;
  const Vec r = (x - n * ln2_high) - n * ln2_low;
  Vec p = splat(1.0 / 6227020800.0);
  p = p * r + 1.0 / 479001600.0;
  p = p * r + 1.0 / 39916800.0;
  p = p * r + 1.0 / 3628800.0;
  p = p * r + 1.0 / 362880.0;
  p = p * r + 1.0 / 40320.0;
  p = p * r + 1.0 / 5040.0;
  p = p * r + 1.0 / 720.0;
  p = p * r + 1.0 / 120.0;
  p = p * r + 1.0 / 24.0;
  p = p * r + 1.0 / 6.0;
  p = p * r + 0.5;
  p = p * r + 1.0;
  p = p * r + 1.0;
  const Mask exponent = (reinterpret_cast<Mask>(shifted) << 52);
  return reinterpret_cast<Vec>(reinterpret_cast<Mask>(p) + exponent);
}

/// x / (e^(x/k) - 1), which is k (1 - x / 2k) near 0: the rate functions' removable singularity.
inline __attribute__((always_inline)) Vec linoid(Vec x, double k) {
  const Vec u = x / k;
  const Mask near = (u < 1e-6) & (u > -1e-6);
  const Vec safe = select(near, splat(1.0), u);
  return select(near, k * (1.0 - u / 2.0), x / (exp(safe) - 1.0));
}

/// 1 / (1 + e^(-(v - half)/k)): rises with v for k > 0.
inline __attribute__((always_inline)) Vec sigmoid(Vec v, double half, double k) {
  return 1.0 / (1.0 + exp(-(v - half) / k));
}

}  // namespace cell::engine
