// SPDX-License-Identifier: MIT
#include "point/poisson.hpp"

#include <math.h>  // lgamma_r

#include <algorithm>
#include <cmath>

#include "tutti/random.hpp"

namespace cell::point {

PoissonCounts::PoissonCounts(double mean) {
  constexpr double whole = 4294967296.0;
  const double reach = 8 * std::sqrt(mean) + 16;
  lowest_ = mean > reach ? static_cast<std::uint32_t>(mean - reach) : 0;
  double below = 0;
  for (std::uint32_t k = lowest_; below < whole - 0.5 && k < lowest_ + 2 * reach + 64; ++k) {
    const double x = k;
    int sign = 1;  // of gamma; std::lgamma would keep it where threads meet
    below +=
        whole * std::exp(x * std::log(std::max(mean, 1e-300)) - mean - ::lgamma_r(x + 1, &sign));
    up_to_.push_back(static_cast<std::uint64_t>(std::min(below + 0.5, whole)));
  }
  up_to_.back() = std::uint64_t{1} << 32;
  for (std::uint64_t top = 0; top < 256; ++top)
    while (top << 24 >= up_to_[guide_[top]]) ++guide_[top];
}

PoissonDrive::PoissonDrive(Mean mean, bool changes, double weight, std::uint64_t start,
                           std::uint64_t stop, std::uint64_t seed, std::uint64_t stream,
                           std::vector<std::uint64_t> ids, std::vector<std::uint32_t> targets)
    : mean_{std::move(mean)},
      changes_{changes},
      weight_{weight},
      start_{start},
      stop_{stop},
      seed_{seed},
      stream_{stream},
      ids_{std::move(ids)},
      targets_{std::move(targets)},
      drawn_(4 * ids_.size()) {
  if (!changes_ && !ids_.empty()) counts_.fill(PoissonCounts{mean_(0)});
}

void PoissonDrive::draw(std::uint64_t block) {
  const std::size_t n = ids_.size();
  if (changes_ && n > 0)
    for (std::size_t k = 0; k < 4; ++k) counts_[k] = PoissonCounts{mean_(4 * block + k)};
  for (std::size_t i = 0; i < n; ++i) {
    const auto bits = tutti::Random{seed_, stream_, ids_[i]}.bits(block);
    for (std::size_t k = 0; k < 4; ++k)
      drawn_[k * n + i] = counts_[k](static_cast<std::uint32_t>(bits[k / 2] >> (k % 2 * 32)));
  }
  block_ = block;
}

std::uint64_t PoissonDrive::add(std::uint64_t instant, double* slot) {
  if (instant <= start_ || instant > stop_) return 0;
  if (instant / 4 != block_) draw(instant / 4);
  const std::size_t n = ids_.size();
  const std::uint16_t* count = drawn_.data() + instant % 4 * n;
  std::uint64_t events = 0;
  for (std::size_t i = 0; i < n; ++i) {
    slot[targets_[i]] += weight_ * count[i];
    events += count[i];
  }
  return events;
}

}  // namespace cell::point
