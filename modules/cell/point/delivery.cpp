// SPDX-License-Identifier: MIT
#include "point/delivery.hpp"

#include <algorithm>
#include <tuple>

namespace cell::point {

SynapseTable::SynapseTable(std::size_t sources, const Source& contacts) : row_(sources + 1, 0) {
  bool one_weight = true, one_delay = true, first = true, sorted = true;
  float weight = 0;
  std::uint32_t before = 0;
  contacts([&](const Contact& c) {
    ++row_[c.source + 1];
    const auto single = static_cast<float>(c.weight);
    if (first) weight = single;
    one_weight = one_weight && single == weight;
    sorted = sorted && (first || c.target >= before);
    before = c.target;
    const auto delay = static_cast<std::uint16_t>(c.delay);
    shortest_ = std::min(shortest_, delay), longest_ = std::max(longest_, delay);
    first = false;
  });
  one_delay = first || shortest_ == longest_;
  one_weight_ = static_cast<double>(weight);
  for (std::size_t s = 0; s < sources; ++s) row_[s + 1] += row_[s];
  target_.resize(row_.back());
  if (!one_weight) weight_.resize(row_.back());
  if (!one_delay) delay_.resize(row_.back());
  auto next = row_;
  contacts([&](const Contact& c) {
    const auto k = next[c.source]++;
    target_[k] = c.target;
    if (!weight_.empty()) weight_[k] = static_cast<float>(c.weight);
    if (!delay_.empty()) delay_[k] = static_cast<std::uint16_t>(c.delay);
  });
  if (!sorted || !one_delay) sort_rows();
}

Contact SynapseTable::at(std::size_t source, std::uint64_t k) const {
  const auto i = row_[source] + k;
  return {static_cast<std::uint32_t>(source), target_[i],
          weight_.empty() ? one_weight_ : static_cast<double>(weight_[i]),
          std::uint64_t{delay_.empty() ? longest_ : delay_[i]}};
}

std::size_t SynapseTable::bytes() const {
  return row_.capacity() * sizeof row_[0] + target_.capacity() * sizeof target_[0] +
         weight_.capacity() * sizeof(float) + delay_.capacity() * sizeof(std::uint16_t);
}

void SynapseTable::sort_rows() {
  std::vector<Contact> row;
  for (std::size_t s = 0; s + 1 < row_.size(); ++s) {
    row.clear();
    for (std::uint64_t k = 0; k < row_size(s); ++k) row.push_back(at(s, k));
    std::ranges::stable_sort(row, {}, [](const Contact& c) { return std::tie(c.delay, c.target); });
    for (std::uint64_t k = 0; k < row.size(); ++k) {
      const auto i = row_[s] + k;
      target_[i] = row[k].target;
      if (!weight_.empty()) weight_[i] = static_cast<float>(row[k].weight);
      if (!delay_.empty()) delay_[i] = static_cast<std::uint16_t>(row[k].delay);
    }
  }
}

void SynapseTable::deliver(std::size_t source, std::uint64_t instant, double* ring,
                           std::size_t width, std::uint64_t mask, double scale) const {
  auto k = row_[source];
  const auto end = row_[source + 1];
  while (k < end) {  // one run per delay
    const std::uint16_t delay = delay_.empty() ? longest_ : delay_[k];
    const auto stop =
        delay_.empty()
            ? end
            : static_cast<std::uint64_t>(
                  std::upper_bound(delay_.begin() + static_cast<std::ptrdiff_t>(k),
                                   delay_.begin() + static_cast<std::ptrdiff_t>(end), delay) -
                  delay_.begin());
    double* slot = ring + ((instant + delay) & mask) * width;
    const std::uint32_t* target = target_.data();
    if (weight_.empty()) {
      const double weight = scale * one_weight_;
      for (; k < stop; ++k) slot[target[k]] += weight;
    } else {
      const float* weight = weight_.data();
      for (; k < stop; ++k) slot[target[k]] += scale * static_cast<double>(weight[k]);
    }
  }
}

}  // namespace cell::point
