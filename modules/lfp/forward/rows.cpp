// SPDX-License-Identifier: MIT
#include "forward/rows.hpp"

#include <array>
#include <cassert>

namespace lfp {

namespace {
// Eight running sums: the compiler keeps them in vector registers, and their order is fixed.
double dot_product(std::span<const double> a, std::span<const double> b) {
  std::array<double, 8> lane{};
  const std::size_t whole = a.size() - a.size() % lane.size();
  for (std::size_t i = 0; i < whole; i += lane.size())
    for (std::size_t l = 0; l < lane.size(); ++l) lane[l] += a[i + l] * b[i + l];
  for (std::size_t i = whole; i < a.size(); ++i) lane[i - whole] += a[i] * b[i];
  return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}
}  // namespace

void Rows::add(std::span<const double> factors) {
  assert(factors.size() == segments_);
  values_.insert(values_.end(), factors.begin(), factors.end());
}

void Rows::apply(std::span<const double> current, std::span<double> values) const {
  assert(current.size() == segments_ && values.size() == count());
  for (std::size_t k = 0; k < values.size(); ++k) values[k] = dot_product(row(k), current);
}

}  // namespace lfp
