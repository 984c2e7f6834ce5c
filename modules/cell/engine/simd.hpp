// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <cstring>

/// Vectors of the compiler (g++ and clang alike) and the few functions that kernels need. Nothing
/// here depends on the width: the same operations in the same order, without fused ones, so that
/// every instruction set gives the same bytes. Only templates, so that no copy compiled for a newer
/// instruction set can end up in older code.
namespace cell::engine {

/// Cells of a block. The widest vector holds that many doubles; narrower ones go in several pieces.
inline constexpr int lanes = 8;

/// Baseline of the architecture, AVX2, AVX-512: one translation unit compiles for each.
struct Baseline {
  static constexpr int bytes = 16;
};
struct Avx2 {
  static constexpr int bytes = 32;
};
struct Avx512 {
  static constexpr int bytes = 64;
};

/// `real` vectors of an instruction set and integers of the same shape.
template <class Isa>
struct Vectors {
  typedef double real __attribute__((vector_size(Isa::bytes)));
  typedef std::int64_t integer __attribute__((vector_size(Isa::bytes)));
  static constexpr int width = Isa::bytes / static_cast<int>(sizeof(double));
  static constexpr int pieces = lanes / width;
};

template <class V>
[[gnu::always_inline]] inline V load(const double* from) {
  V v;
  std::memcpy(&v, from, sizeof v);
  return v;
}
template <class V>
[[gnu::always_inline]] inline void store(double* to, V v) {
  std::memcpy(to, &v, sizeof v);
}
template <class V>
[[gnu::always_inline]] inline V splat(double x) {
  return V{} + x;
}

/// e^x to 2 units in the last place, as 2^n e^r with |r| <= ln 2 / 2 and the Taylor polynomial of
/// degree 13, whose remainder is below 5e-18. Arguments are held within ±708, where e^x is normal.
template <class S>
[[gnu::always_inline]] inline typename S::real exp(typename S::real x) {
  using V = typename S::real;
  using I = typename S::integer;
  x = x < -708.0 ? splat<V>(-708.0) : x;
  x = x > 708.0 ? splat<V>(708.0) : x;
  constexpr double shifter = 0x1.8p52;  // adding it rounds to an integer in the low bits
  const V shifted = x * 1.4426950408889634 + shifter;
  const V n = shifted - shifter;
  // ln 2 in two parts: the product with the first one is exact
  const V r = (x - n * 6.93147180369123816490e-01) - n * 1.90821492927058770002e-10;
  const V r2 = r * r, r4 = r2 * r2, r8 = r4 * r4;
  const V p0 = (1.0 + r) + (1.0 / 2 + r * (1.0 / 6)) * r2;
  const V p1 = (1.0 / 24 + r * (1.0 / 120)) + (1.0 / 720 + r * (1.0 / 5040)) * r2;
  const V p2 = (1.0 / 40320 + r * (1.0 / 362880)) + (1.0 / 3628800 + r * (1.0 / 39916800)) * r2;
  const V p3 = 1.0 / 479001600 + r * (1.0 / 6227020800);
  const V p = p0 + p1 * r4 + (p2 + p3 * r4) * r8;
  const I power = (reinterpret_cast<I>(shifted) << 52) + 0x3FF0000000000000;
  return p * reinterpret_cast<V>(power);
}

/// x / (e^(x/k) - 1), given e = e^(x/k): the series where the quotient loses digits. The first term
/// left out is (x/k)^6 / 30240, below 4e-17 of the value at the edge.
template <class V>
[[gnu::always_inline]] inline V linoid(V x, double k, V e) {
  const V y = x * (1 / k), y2 = y * y;
  const V series = k * (1.0 - y * 0.5 + y2 * (1.0 / 12) - y2 * y2 * (1.0 / 720));
  const V quotient = x / (e - 1.0);
  return y2 < 1e-4 ? series : quotient;
}

/// The same where e^(x/k) is not at hand.
template <class S>
[[gnu::always_inline]] inline typename S::real linoid(typename S::real x, double k) {
  return linoid(x, k, exp<S>(x * (1 / k)));
}

/// 1 / (1 + e^(-(v - half)/k)): rises with v for k > 0.
template <class S>
[[gnu::always_inline]] inline typename S::real sigmoid(typename S::real v, double half, double k) {
  return 1.0 / (1.0 + exp<S>((half - v) * (1 / k)));
}

/// One exact step of x' = (inf - x)/tau over dt: `decay` = e^(-dt/tau).
template <class V>
[[gnu::always_inline]] inline V relax(V x, V inf, V decay) {
  return inf + (x - inf) * decay;
}

}  // namespace cell::engine
