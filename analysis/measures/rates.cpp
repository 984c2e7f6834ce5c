// SPDX-License-Identifier: MIT
#include "measures/rates.hpp"

#include <algorithm>
#include <cmath>

#include "measures/require.hpp"

namespace measures {

std::size_t Bins::index(double time_ms) const {
  if (!(time_ms >= start_ms) || count == 0 || time_ms >= edge_ms(count)) return count;
  const double quotient = std::floor((time_ms - start_ms) / width_ms);
  auto i = std::min(static_cast<std::size_t>(quotient), count - 1);
  while (i > 0 && time_ms < edge_ms(i)) --i;
  while (i + 1 < count && time_ms >= edge_ms(i + 1)) ++i;
  return i;
}

Bins Bins::over(double start_ms, double stop_ms, double width_ms) {
  require(width_ms > 0, "bins need a positive width, not {} ms", width_ms);
  require(stop_ms >= start_ms, "bins cannot end at {} ms, before their start at {} ms", stop_ms,
          start_ms);
  // 500 ms / 0.1 ms is not exactly 5000 in binary: a remainder of rounding is no further bin.
  const double exact = (stop_ms - start_ms) / width_ms;
  const double count = std::ceil(exact - 1e-9 * std::max(1.0, exact));
  return {start_ms, width_ms, static_cast<std::size_t>(std::max(0.0, count))};
}

Bins Bins::within(double start_ms, double stop_ms, double width_ms) {
  auto bins = over(start_ms, stop_ms, width_ms);
  if (bins.count > 1 && bins.edge_ms(bins.count) > stop_ms + 1e-9 * width_ms) --bins.count;
  return bins;
}

std::vector<double> Bins::lower_edges() const {
  std::vector<double> edges;
  for (std::size_t i = 0; i < count; ++i) edges.push_back(edge_ms(i));
  return edges;
}

std::vector<double> bin_counts(std::span<const double> times_ms, const Bins& bins) {
  std::vector<double> counts(bins.count);
  for (const double time : times_ms)
    if (const auto i = bins.index(time); i < bins.count) counts[i] += 1;
  return counts;
}

std::vector<double> rates(std::span<const double> times_ms, const Bins& bins, std::size_t neurons) {
  require(neurons > 0, "a rate needs at least one neuron");
  auto rate = bin_counts(times_ms, bins);
  const double scale = 1e3 / (static_cast<double>(neurons) * bins.width_ms);
  for (double& r : rate) r *= scale;
  return rate;
}

std::vector<double> psth(std::span<const double> times_ms, std::span<const double> events_ms,
                         const Bins& bins, std::size_t neurons) {
  require(neurons > 0, "a peri-stimulus histogram needs at least one neuron");
  require(!events_ms.empty(), "a peri-stimulus histogram needs at least one event");
  std::vector<double> sorted(times_ms.begin(), times_ms.end());
  std::ranges::sort(sorted);
  std::vector<double> rate(bins.count);
  for (const double event : events_ms) {
    const auto first = std::ranges::lower_bound(sorted, event + bins.start_ms);
    for (auto spike = first; spike != sorted.end(); ++spike) {
      const double lag = *spike - event;
      if (lag >= bins.edge_ms(bins.count)) break;
      if (const auto i = bins.index(lag); i < bins.count) rate[i] += 1;
    }
  }
  const auto trials = static_cast<double>(events_ms.size() * neurons);
  for (double& r : rate) r *= 1e3 / (trials * bins.width_ms);
  return rate;
}

RateStream::RateStream(std::int64_t width, std::size_t neurons) : width_{width}, neurons_{neurons} {
  require(width > 0, "rates need a positive bin, not {} ticks", width);
  require(neurons > 0, "a rate needs at least one neuron");
}

void RateStream::add(std::int64_t tick) {
  require(tick >= 0, "a spike at tick {} lies before the run's start", tick);
  const auto i = static_cast<std::size_t>(tick / width_);
  require(i >= closed_, "a spike at tick {} came after its bin was closed", tick);
  if (i >= counts_.size()) counts_.resize(i + 1);
  ++counts_[i];
}

void RateStream::advance(std::int64_t tick) {
  closed_ = std::max(closed_, static_cast<std::size_t>(std::max(tick, std::int64_t{0}) / width_));
  if (closed_ > counts_.size()) counts_.resize(closed_);
}

double RateStream::recent_hz(std::size_t bins, double tick_ms) const {
  const auto n = std::min(bins, closed_);
  if (n == 0) return 0;
  std::uint64_t spikes = 0;
  for (std::size_t i = closed_ - n; i < closed_; ++i) spikes += counts_[i];
  const double seconds = static_cast<double>(n) * static_cast<double>(width_) * tick_ms * 1e-3;
  return static_cast<double>(spikes) / (static_cast<double>(neurons_) * seconds);
}

}  // namespace measures
