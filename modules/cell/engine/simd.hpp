// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

/// Vectors of the compiler (g++ and clang alike). Nothing here depends on the width: the same
/// operations in the same order, without fused ones, so that every instruction set gives the same
/// bytes. Only templates, so that no copy compiled for a newer instruction set can end up in older
/// code.
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
  using parameters =
      const double*;  ///< Of one mechanism on one compartment, the same in all lanes.
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

/// Whether a comparison holds in any lane. A branch on it only decides what is computed at all,
/// never what a lane gets: who shares a vector must not matter.
template <class I>
[[gnu::always_inline]] inline bool any(I mask) {
#if defined(__AVX512DQ__)
  if constexpr (sizeof(I) == 64) return _mm512_movepi64_mask(reinterpret_cast<__m512i>(mask)) != 0;
#endif
#if defined(__AVX__)
  if constexpr (sizeof(I) == 32) return _mm256_movemask_pd(reinterpret_cast<__m256d>(mask)) != 0;
#endif
#if defined(__SSE2__)
  if constexpr (sizeof(I) == 16) return _mm_movemask_pd(reinterpret_cast<__m128d>(mask)) != 0;
#endif
  std::int64_t all = 0;
  for (std::size_t k = 0; k < sizeof(I) / sizeof(std::int64_t); ++k) all |= mask[k];
  return all != 0;
}

/// Lane by lane: `yes` where the comparison holds, `no` elsewhere.
template <class M, class V>
[[gnu::always_inline]] inline V select(M mask, V yes, V no) {
  return mask ? yes : no;
}

/// Two vectors that go through a formula side by side. A gate is a chain of dependent operations
/// longer than what a processor looks ahead; with two of them it has work while it waits.
template <class V>
struct Two {
  V a{}, b{};

  friend Two operator+(Two x, Two y) { return {x.a + y.a, x.b + y.b}; }
  friend Two operator-(Two x, Two y) { return {x.a - y.a, x.b - y.b}; }
  friend Two operator*(Two x, Two y) { return {x.a * y.a, x.b * y.b}; }
  friend Two operator/(Two x, Two y) { return {x.a / y.a, x.b / y.b}; }
  friend Two operator+(Two x, double y) { return {x.a + y, x.b + y}; }
  friend Two operator-(Two x, double y) { return {x.a - y, x.b - y}; }
  friend Two operator*(Two x, double y) { return {x.a * y, x.b * y}; }
  friend Two operator/(Two x, double y) { return {x.a / y, x.b / y}; }
  friend Two operator+(double x, Two y) { return {x + y.a, x + y.b}; }
  friend Two operator-(double x, Two y) { return {x - y.a, x - y.b}; }
  friend Two operator*(double x, Two y) { return {x * y.a, x * y.b}; }
  friend Two operator/(double x, Two y) { return {x / y.a, x / y.b}; }
  friend Two operator-(Two x) { return {-x.a, -x.b}; }
  friend auto operator<(Two x, double y) { return both(x.a < y, x.b < y); }
  friend auto operator>(Two x, double y) { return both(x.a > y, x.b > y); }
  friend auto operator>=(Two x, double y) { return both(x.a >= y, x.b >= y); }

 private:
  template <class M>
  static Two<M> both(M a, M b) {
    return {a, b};
  }
};
template <class M, class V>
[[gnu::always_inline]] inline Two<V> select(Two<M> mask, Two<V> yes, Two<V> no) {
  return {select(mask.a, yes.a, no.a), select(mask.b, yes.b, no.b)};
}

/// What a formula needs to run on two vectors at once.
template <class Single>
struct Pairs {
  using single = Single;
  using real = Two<typename Single::real>;
};
template <class S>
concept Paired = requires {
  typename S::single;
};

}  // namespace cell::engine
