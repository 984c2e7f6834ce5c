// SPDX-License-Identifier: MIT
#include "separate_kernels.hpp"

#include "clones.hpp"

namespace rxd::kernels {

namespace {

using Lanes = Separate::Lanes;
constexpr std::size_t poles = Separate::poles;

/// Poles theta of the best rational approximation of type (16, 16) to exp on the negative axis, by
/// Carathéodory and Fejér's method, and weights w = -residue/theta, scaled such that the sum of
/// 2 Re(w/theta) is one: a constant source enters exactly. 1 + z phi_1(z) with
/// phi_1(z) = sum 2 Re(w/(theta - z)) is off from exp(z) by at most 5e-14.
constexpr Lanes theta = {
    {6.4106227594917709, 5.942557294458493, 4.9875188676795021, 3.5033895508543225,
     1.4136207628551973, -1.4196836157824471, -5.2705981525376453, -10.849202387572204},
    {1.1936727202944655, 3.5861193945070187, 5.9946794298319519, 8.4331497583621502,
     10.92146829498413, 13.492974178590549, 16.214542911830058, 19.270402737957859}};
constexpr Lanes weight = {
    {15.947519934823788, -21.45476775477519, 6.183160728530118, -0.045708555103290291,
     -0.14176112630038357, 0.011794943032667458, -0.00023910434376437422, 9.3413603933248241e-07},
    {31.85420436263831, -4.0838015927232583, -5.2267780735502463, 1.7542581698569482,
     -0.1523976911284457, 0.001728100096032834, 9.2181996855854892e-05, -5.6074324380315875e-07}};

// Vectors of g++ and clang; they become as many instructions as the processor needs for eight
// lanes. NOLINTNEXTLINE(modernize-use-using): clang takes these attributes on a typedef only
typedef double Eight __attribute__((vector_size(64), may_alias));

/// A complex number for each pole, in registers.
struct Complex {
  Eight re, im;
};

[[gnu::always_inline]] inline const Eight& eight(const std::array<double, poles>& a) {
  return *reinterpret_cast<const Eight*>(a.data());
}
[[gnu::always_inline]] inline Complex load(const Lanes& from) {
  return {eight(from.re), eight(from.im)};
}
[[gnu::always_inline]] inline void store(const Complex& x, Lanes& to) {
  *reinterpret_cast<Eight*>(to.re.data()) = x.re;
  *reinterpret_cast<Eight*>(to.im.data()) = x.im;
}
[[gnu::always_inline]] inline Complex product(const Complex& a, const Complex& b) {
  return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}
/// x + f y
[[gnu::always_inline]] inline Complex sum(const Complex& x, double f, const Complex& y) {
  return {x.re + f * y.re, x.im + f * y.im};
}
/// The sum of 2 Re(w x), always in this order.
[[gnu::always_inline]] inline double weigh(const Complex& x) {
  Eight part = eight(weight.re) * x.re - eight(weight.im) * x.im;
  part += __builtin_shufflevector(part, part, 4, 5, 6, 7, 0, 1, 2, 3);
  part += __builtin_shufflevector(part, part, 2, 3, 0, 1, 6, 7, 4, 5);
  return 2 * (part[0] + part[1]);
}

}  // namespace

namespace {

// Two numbers wherever they lie. NOLINTNEXTLINE(modernize-use-using): as above
typedef double Two __attribute__((vector_size(16), may_alias, aligned(8)));

[[gnu::always_inline]] inline Two two(const double* from) {
  return *reinterpret_cast<const Two*>(from);
}
[[gnu::always_inline]] inline void put(double* to, Two x) { *reinterpret_cast<Two*>(to) = x; }

/// Whether the points i - 1 and i follow the two before them, as on the two arms of an unbranched
/// piece around the centre of a tree.
bool pair_ends_at(std::size_t i, const std::ptrdiff_t* parent) {
  const auto here = static_cast<std::ptrdiff_t>(i);
  return i >= 3 && parent[i] == here - 2 && parent[i - 1] == here - 3;
}

}  // namespace

double sweep_tree(std::size_t count, const double* g, const std::ptrdiff_t* parent,
                  const double* inverse, const double* up, double* __restrict right,
                  double* __restrict value) {
  std::size_t i = count - 1;
  for (; i > 0; --i) {
    if (!pair_ends_at(i, parent)) {
      const auto p = static_cast<std::size_t>(parent[i]);
      const double flux = g[i] * (value[p] - value[i]);
      right[i] += flux;
      right[p] += up[i] * right[i] - flux;
      continue;
    }
    // What is handed on stays in registers, and is needed last: this is the longest chain.
    Two handed{};
    for (; pair_ends_at(i, parent); i -= 2) {
      const Two flux = two(g + i - 1) * (two(value + i - 3) - two(value + i - 1));
      const Two own = two(right + i - 1) + flux, factor = two(up + i - 1);
      put(right + i - 1, own + handed);
      handed = (factor * own - flux) + factor * handed;
    }
    put(right + i - 1, two(right + i - 1) + handed);
    ++i;
  }
  right[0] *= inverse[0];
  double sum = right[0];
  value[0] += right[0];
  Two sums{};
  for (i = 1; i < count; ++i) {
    if (i + 1 >= count || !pair_ends_at(i + 1, parent)) {
      right[i] = inverse[i] * right[i] + up[i] * right[static_cast<std::size_t>(parent[i])];
      value[i] += right[i];
      sum += right[i];
      continue;
    }
    Two above = two(right + i - 2);
    for (; i + 1 < count && pair_ends_at(i + 1, parent); i += 2) {
      above = two(inverse + i) * two(right + i) + two(up + i) * above;
      put(right + i, above);
      put(value + i, two(value + i) + above);
      sums += above;
    }
    --i;
  }
  return sum + sums[0] + sums[1];
}

double sweep_points(std::size_t count, const double* inverse, double* __restrict right,
                    double* __restrict value) {
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    right[i] *= inverse[i];
    value[i] += right[i];
    sum += right[i];
  }
  return sum;
}

RXD_CLONES void factor_poles(std::size_t count, const double* diagonal, const double* stored,
                             const double* conductance, const std::ptrdiff_t* parent,
                             Lanes* inverse) {
  for (std::size_t i = 0; i < count; ++i)
    store({diagonal[i] + (eight(theta.re) - 1) * stored[i], eight(theta.im) * stored[i]},
          inverse[i]);
  for (std::size_t i = count; i-- > 0;) {
    Complex x = load(inverse[i]);
    const Eight scale = 1 / (x.re * x.re + x.im * x.im);
    x = {x.re * scale, -x.im * scale};
    store(x, inverse[i]);
    if (i == 0 || !conductance) continue;
    Lanes& above = inverse[static_cast<std::size_t>(parent[i])];
    store(sum(load(above), -conductance[i] * conductance[i], x), above);
  }
}

RXD_CLONES double sweep_poles(std::size_t count, const double* conductance,
                              const std::ptrdiff_t* parent, const Lanes* inverse,
                              const double* right, Lanes* __restrict work,
                              double* __restrict value) {
  for (std::size_t i = 0; i < count; ++i) store({right[i] + Eight{}, Eight{}}, work[i]);
  for (std::size_t i = count; i-- > 0;) {
    const Complex x = product(load(inverse[i]), load(work[i]));
    store(x, work[i]);
    if (i == 0 || !conductance) continue;
    Lanes& above = work[static_cast<std::size_t>(parent[i])];
    store(sum(load(above), conductance[i], x), above);
  }
  double total = 0;
  for (std::size_t i = 0; i < count; ++i) {
    Complex x = load(work[i]);
    if (i > 0 && conductance) {
      const Complex above = load(work[static_cast<std::size_t>(parent[i])]);
      x = sum(x, conductance[i], product(load(inverse[i]), above));
      store(x, work[i]);
    }
    const double change = weigh(x);
    value[i] += change;
    total += change;
  }
  return total;
}

}  // namespace rxd::kernels
