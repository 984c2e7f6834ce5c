// SPDX-License-Identifier: MIT
#include "kernels.hpp"

#include <cmath>
#include <cstdint>

#include "clones.hpp"

namespace rxd::kernels {

RXD_CLONES void subtract_product(std::size_t count, double* __restrict y, const double* f,
                                 const double* x) {
  for (std::size_t i = 0; i < count; ++i) y[i] -= f[i] * x[i];
}

RXD_CLONES void add_multiple(std::size_t count, double* __restrict y, double f, const double* x) {
  for (std::size_t i = 0; i < count; ++i) y[i] += f * x[i];
}

RXD_CLONES void add_weighted(std::size_t count, double* __restrict y, double f, const double* m,
                             const double* x) {
  for (std::size_t i = 0; i < count; ++i) y[i] += f * m[i] * x[i];
}

RXD_CLONES void multiply(std::size_t count, double* __restrict y, const double* x) {
  for (std::size_t i = 0; i < count; ++i) y[i] *= x[i];
}

RXD_CLONES void weigh(std::size_t count, double* __restrict y, const double* m, const double* x) {
  for (std::size_t i = 0; i < count; ++i) y[i] = m[i] > 0 ? m[i] * x[i] : 0;
}

RXD_CLONES void fluxes(std::size_t count, double* __restrict to, const double* g, const double* v,
                       const std::ptrdiff_t* parent) {
  for (std::size_t i = 0; i < count; ++i) to[i] = g[i] * (v[parent[i]] - v[i]);
}

RXD_CLONES double add_and_measure(std::size_t count, double* __restrict y, const double* x,
                                  double scale) {
  constexpr std::size_t lanes = 8;  // eight running maxima, which become one at the end
  double most[lanes] = {};
  double sum = 0;  // is not a number if any part is
  for (std::size_t first = 0; first < count; first += lanes) {
    const std::size_t width = count - first < lanes ? count - first : lanes;
    double part[lanes] = {};
    for (std::size_t k = 0; k < width; ++k) {
      y[first + k] += x[first + k];
      part[k] = std::abs(x[first + k]) / (std::abs(y[first + k]) + scale);
    }
    for (std::size_t k = 0; k < lanes; ++k) most[k] = part[k] > most[k] ? part[k] : most[k];
    for (const double p : part) sum += p;
  }
  double largest = 0;
  for (const double m : most) largest = m > largest ? m : largest;
  return std::isnan(sum) ? sum : largest;
}

RXD_CLONES bool add_and_compare(std::size_t count, double* __restrict y, const double* x,
                                double scale, double weight, double* __restrict most) {
  std::int64_t strange = 0;
  for (std::size_t i = 0; i < count; ++i) {
    y[i] += x[i];
    const double part = std::abs(x[i]) / (std::abs(y[i]) + scale) * weight;
    most[i] = part > most[i] ? part : most[i];
    strange += part == part ? 0 : 1;
  }
  return strange == 0;
}

namespace {

template <std::size_t terms>
[[gnu::always_inline]] inline void combine_some(std::size_t count, const double* const* k,
                                                const double* a, const double* c,
                                                const double* base, const double* m,
                                                double* __restrict y, double* __restrict stored) {
  for (std::size_t i = 0; i < count; ++i) {
    double value = base[i] + a[0] * k[0][i], sum = c[0] * k[0][i];
    for (std::size_t j = 1; j < terms; ++j) {
      value += a[j] * k[j][i];
      sum += c[j] * k[j][i];
    }
    y[i] = value;
    stored[i] = m[i] * sum;
  }
}

}  // namespace

RXD_CLONES void combine(std::size_t count, std::size_t terms, const double* const* k,
                        const double* a, const double* c, const double* base, const double* m,
                        double* y, double* stored) {
  switch (terms) {
    case 1:
      return combine_some<1>(count, k, a, c, base, m, y, stored);
    case 2:
      return combine_some<2>(count, k, a, c, base, m, y, stored);
    case 3:
      return combine_some<3>(count, k, a, c, base, m, y, stored);
    case 4:
      return combine_some<4>(count, k, a, c, base, m, y, stored);
    default:
      return combine_some<5>(count, k, a, c, base, m, y, stored);
  }
}

}  // namespace rxd::kernels
