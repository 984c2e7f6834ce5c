// SPDX-License-Identifier: MIT
#include "point/plasticity.hpp"

#include <algorithm>
#include <cmath>

namespace cell::point {

Decay::Decay(double tau_ms, double dt_ms) : per_step_{dt_ms / tau_ms} {
  const double long_time = 40 / per_step_;
  if (long_time > 1e8) return;  // hardly two spikes are so near each other that a table would help
  const auto steps = static_cast<std::size_t>(std::clamp(long_time, 1.0, 1e5));
  for (std::size_t k = 0; k < steps; ++k)
    table_.push_back(std::exp(-static_cast<double>(k) * per_step_));
}

double Decay::beyond(std::uint64_t steps) const {
  return std::exp(-static_cast<double>(steps) * per_step_);
}

void Rewards::set(std::uint64_t instant, double reward) {
  if (stretches_.empty() && reward == 0) return;
  if (stretches_.empty() || stretches_.back().reward != reward)
    stretches_.push_back({instant, reward});
}

double Rewards::integral(std::uint64_t from, std::uint64_t to, double tau_ms, double dt_ms,
                         double baseline) const {
  const auto at = [&](std::uint64_t instant) {
    return std::exp(-dt_ms * static_cast<double>(instant - from) / tau_ms);
  };
  auto stretch = std::ranges::upper_bound(stretches_, from, {}, &Stretch::from);
  double sum = 0, reward = stretch == stretches_.begin() ? 0 : std::prev(stretch)->reward;
  for (std::uint64_t now = from; now < to;) {
    const auto end = stretch == stretches_.end() ? to : std::min(to, stretch->from);
    sum += (reward - baseline) * (at(now) - at(end));
    if (end == to) break;
    reward = stretch->reward;
    ++stretch;
    now = end;
  }
  return 1e-3 * tau_ms * sum;
}

void Rewards::forget(std::uint64_t instant) {
  const auto first = std::ranges::upper_bound(stretches_, instant, {}, &Stretch::from);
  if (first != stretches_.begin()) stretches_.erase(stretches_.begin(), std::prev(first));
}

}  // namespace cell::point
