// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

/// Vectors of the compiler (g++ and clang alike). Nothing here depends on the width: the same
/// operations in the same order. Where products and sums are fused is said in the formula, never
/// left to the compiler, so that AVX2 and AVX-512 give the same bytes and any two places that use a
/// formula do. The baseline rounds twice instead. Only templates, so that no copy compiled for a
/// newer instruction set can end up in older code.
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

/// Of AVX-512, whose unmasked functions g++ 12 takes to read what is uninitialised (bug 105593).
inline constexpr unsigned char all_lanes = 0xFF;

/// x, but not less than `least`; what is no number stays none.
template <class V>
[[gnu::always_inline]] inline V at_least(V x, double least) {
#if defined(__AVX512F__)
  if constexpr (sizeof(V) == 64) return _mm512_maskz_max_pd(all_lanes, splat<V>(least), x);
#endif
#if defined(__AVX__)
  if constexpr (sizeof(V) == 32) return _mm256_max_pd(splat<V>(least), x);
#endif
  return x < least ? splat<V>(least) : x;
}
/// x, but not more than `most`.
template <class V>
[[gnu::always_inline]] inline V at_most(V x, double most) {
#if defined(__AVX512F__)
  if constexpr (sizeof(V) == 64) return _mm512_maskz_min_pd(all_lanes, splat<V>(most), x);
#endif
#if defined(__AVX__)
  if constexpr (sizeof(V) == 32) return _mm256_min_pd(splat<V>(most), x);
#endif
  return x > most ? splat<V>(most) : x;
}

/// a·b + c, rounded once where the instruction set can; of vectors or of numbers.
template <class V>
[[gnu::always_inline]] inline V fused_plain(V a, V b, V c) {
#if defined(__AVX512F__)
  if constexpr (sizeof(V) == 64) return _mm512_fmadd_pd(a, b, c);
#endif
#if defined(__FMA__)
  if constexpr (sizeof(V) == 32) return _mm256_fmadd_pd(a, b, c);
#endif
#if defined(__AVX512F__) || defined(__FMA__)
  if constexpr (std::is_same_v<V, double>) return __builtin_fma(a, b, c);
#endif
  return a * b + c;
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

template <class T>
inline constexpr bool is_two = false;
template <class V>
inline constexpr bool is_two<Two<V>> = true;

template <class V, class X>
[[gnu::always_inline]] inline V operand(X x) {
  if constexpr (!std::is_same_v<X, double>)
    return x;
  else if constexpr (is_two<V>)
    return {splat<decltype(V::a)>(x), splat<decltype(V::a)>(x)};
  else
    return splat<V>(x);
}

/// a·b + c, rounded once where the instruction set can. Each is a vector, a pair of them or a
/// number for every lane, and one at least is no number.
template <class A, class B, class C>
[[gnu::always_inline]] inline auto fused(A a, B b, C c) {
  using V = decltype(A{} + B{} + C{});
  if constexpr (is_two<V>) {
    const V x = operand<V>(a), y = operand<V>(b), z = operand<V>(c);
    return V{fused_plain(x.a, y.a, z.a), fused_plain(x.b, y.b, z.b)};
  } else {
    return fused_plain(operand<V>(a), operand<V>(b), operand<V>(c));
  }
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
