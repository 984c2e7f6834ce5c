// SPDX-License-Identifier: MIT
#pragma once
#include "engine/simd.hpp"

/// The functions of which rate equations are made, for vectors and pairs of them: S says which.
namespace cell::engine {

/// e^x to 2 units in the last place, as 2^n e^r with |r| <= ln 2 / 2 and a polynomial of degree 11
/// with the least greatest error, 2e-17. Arguments are held within ±708, where e^x is normal.
template <class S>
requires(!Paired<S>) [[gnu::always_inline]] inline typename S::real exp(typename S::real x) {
  using V = typename S::real;
  using I = typename S::integer;
  x = at_most(at_least(x, -708.0), 708.0);
  constexpr double shifter = 0x1.8p52;  // adding it rounds to an integer in the low bits
  const V shifted = fused(x, 1.4426950408889634, shifter);
  const V n = shifted - shifter;
  // ln 2 in two parts: the product with the first one is exact
  const V r = fused(n, -1.90821492927058770002e-10, fused(n, -6.93147180369123816490e-01, x));
  const V s = r * r;
  V even = fused(s, 2.7620085455018414e-07, 2.4801521302241082e-05);
  even = fused(even, s, 0.001388888891720967);
  even = fused(even, s, 0.041666666666624136);
  even = fused(even, s, 0.5000000000000001);
  V odd = fused(s, 2.510038319586702e-08, 2.7557268464831627e-06);
  odd = fused(odd, s, 0.00019841269863050506);
  odd = fused(odd, s, 0.008333333333330063);
  odd = fused(odd, s, 0.16666666666666669);
  const V p = 1.0 + (r + fused(odd, s * r, even * s));
  const I power = (reinterpret_cast<I>(shifted) << 52) + 0x3FF0000000000000;
  return p * reinterpret_cast<V>(power);
}

template <Paired S>
[[gnu::always_inline]] inline typename S::real exp(typename S::real x) {
  return {exp<typename S::single>(x.a), exp<typename S::single>(x.b)};
}

/// Where some lane of decay() needs more than a polynomial: kept out of the way of those that do
/// not.
template <class S>
[[gnu::noinline, gnu::cold]] typename S::real decay_far(typename S::real z, typename S::real near) {
  return select(z >= 0.25, exp<S>(-z), near);
}

/// e^-z for z >= 0, to 2 units in the last place: how a gate relaxes over a step. Below 1/4, where
/// a step of any accuracy keeps it, by a polynomial of degree 9 with the least greatest error,
/// 7e-18.
template <class S>
requires(!Paired<S>) [[gnu::always_inline]] inline typename S::real decay(typename S::real z) {
  using V = typename S::real;
  const V s = z * z;
  V even = fused(s, 2.4697325880702646e-05, 0.0013888863390725463);
  even = fused(even, s, 0.04166666666161997);
  even = fused(even, s, 0.4999999999999999);
  V odd = fused(s, 2.4944794962305443e-06, 0.00019839083296020572);
  odd = fused(odd, s, 0.008333333171552852);
  odd = fused(odd, s, 0.16666666666660665);
  const V near = 1.0 - fused(fused(odd, z, -even), s, z);
  if (__builtin_expect(any(z >= 0.25), 0)) return decay_far<S>(z, near);
  return near;
}

template <Paired S>
[[gnu::always_inline]] inline typename S::real decay(typename S::real z) {
  return {decay<typename S::single>(z.a), decay<typename S::single>(z.b)};
}

/// ln x to 2 units in the last place, as n ln 2 + 2 artanh((m - 1)/(m + 1)) with x = 2^n m and m
/// within a factor of sqrt 2 of 1; what is left out of the series is below 2e-18. Requires x to be
/// normal and positive.
template <class S>
requires(!Paired<S>) [[gnu::always_inline]] inline typename S::real log(typename S::real x) {
  using V = typename S::real;
  using I = typename S::integer;
  constexpr std::int64_t root_half = 0x3FE6A09E667F3BCD;  // the bits of 1/sqrt 2
  const I bits = reinterpret_cast<I>(x) - root_half;
  const I power = bits >> 52;
  const V m = reinterpret_cast<V>(reinterpret_cast<I>(x) - (power << 52));
  // a small integer in the low bits of 1.5 * 2^52 reads as that number more
  const V n = reinterpret_cast<V>(power + 0x4338000000000000) - 0x1.8p52;
  const V s = (m - 1.0) / (m + 1.0), t = s * s, t2 = t * t, t4 = t2 * t2;
  const V p0 = (1.0 / 3 + t * (1.0 / 5)) + (1.0 / 7 + t * (1.0 / 9)) * t2;
  const V p1 = (1.0 / 11 + t * (1.0 / 13)) + (1.0 / 15 + t * (1.0 / 17)) * t2;
  const V p2 = 1.0 / 19 + t * (1.0 / 21);
  const V series = s + s * (t * (p0 + p1 * t4 + p2 * (t4 * t4)));
  return n * 6.93147180369123816490e-01 + (2.0 * series + n * 1.90821492927058770002e-10);
}
template <Paired S>
[[gnu::always_inline]] inline typename S::real log(typename S::real x) {
  return {log<typename S::single>(x.a), log<typename S::single>(x.b)};
}

/// x / (e^(x/k) - 1), given e = e^(x/k): the series where the quotient loses digits. The first term
/// left out is (x/k)^6 / 30240, below 4e-17 of the value at the edge.
template <class V>
[[gnu::always_inline]] inline V linoid(V x, double k, V e) {
  const V y = x * (1 / k), y2 = y * y;
  const V series = k * (1.0 - y * 0.5 + y2 * (1.0 / 12) - y2 * y2 * (1.0 / 720));
  const V quotient = x / (e - 1.0);
  return select(y2 < 1e-4, series, quotient);
}

/// The same as a quotient p/q whose division the caller does, with others; given q = e^(x/k) - 1.
template <class V>
struct Quotient {
  V p, q;
};
template <class S>
requires(!Paired<S>)
    [[gnu::always_inline]] inline Quotient<typename S::real> linoid_quotient(typename S::real x,
                                                                             double k,
                                                                             typename S::real q) {
  using V = typename S::real;
  const auto near = x * x < 1e-4 * k * k;
  if (__builtin_expect(any(near), 0)) {
    const V y = x * (1 / k), y2 = y * y;
    const V series = k * (1.0 - y * 0.5 + y2 * (1.0 / 12) - y2 * y2 * (1.0 / 720));
    return {select(near, series, x), select(near, splat<V>(1), q)};
  }
  return {x, q};
}

template <Paired S>
[[gnu::always_inline]] inline Quotient<typename S::real> linoid_quotient(typename S::real x,
                                                                         double k,
                                                                         typename S::real q) {
  const auto one = linoid_quotient<typename S::single>(x.a, k, q.a);
  const auto other = linoid_quotient<typename S::single>(x.b, k, q.b);
  return {{one.p, other.p}, {one.q, other.q}};
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
  return fused(x - inf, decay, inf);
}

}  // namespace cell::engine
