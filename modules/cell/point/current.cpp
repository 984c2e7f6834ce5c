// SPDX-License-Identifier: MIT
#include "point/current.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace cell::point {

double Current::at(double t, const tutti::Random& random) const {
  if (t < start_ms || t >= stop_ms) return 0;
  switch (kind) {
    case Kind::dc:
      return amplitude;
    case Kind::ac:
      return offset + amplitude * std::sin(2 * std::numbers::pi * per_ms * (t - start_ms) + phase);
    case Kind::step: {
      const auto next = std::ranges::upper_bound(times_ms, t);
      if (next == times_ms.begin()) return 0;
      return amplitudes[static_cast<std::size_t>(next - times_ms.begin()) - 1];
    }
    case Kind::noise:
      return offset + amplitude * random.normal(static_cast<std::uint64_t>(
                                      std::floor((t - start_ms) / interval_ms)));
    case Kind::formula:
      break;
  }
  return 0;
}

void Injection::add_cell(std::size_t place, std::uint64_t gid) {
  places_.push_back(place), gids_.push_back(gid);
  random_.emplace_back(seed_, stream_, gid);
}

void Injection::add_to(std::span<double> sums, double t) {
  if (current_.kind != Current::Kind::formula) {
    for (std::size_t k = 0; k < places_.size(); ++k) sums[places_[k]] += current_.at(t, random_[k]);
    return;
  }
  if (places_.empty() || t < current_.start_ms || t >= current_.stop_ms) return;
  values_.resize(places_.size());
  current_.course(t, gids_, values_);
  for (std::size_t k = 0; k < places_.size(); ++k) sums[places_[k]] += values_[k];
}

}  // namespace cell::point
