// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace measures {

/// Bins [lo, hi) of equal width: bin i is [start + i·width, start + (i + 1)·width), in ms.
struct Bins {
  double start_ms = 0;
  double width_ms = 1;
  std::size_t count = 0;

  /// The lower edge of bin i; the upper edge of the last one is edge_ms(count).
  double edge_ms(std::size_t i) const { return start_ms + static_cast<double>(i) * width_ms; }

  /// The bin that holds `time_ms`, or `count` where none does. An instant on an edge, as edge_ms
  /// computes it, belongs to the bin above: no rounding of a quotient decides it.
  std::size_t index(double time_ms) const;

  /// The bins that tile [start, stop); the last one ends at or after `stop_ms`, short of rounding.
  /// Throws std::invalid_argument unless width is positive and stop is not before start.
  static Bins over(double start_ms, double stop_ms, double width_ms);

  /// The bins that lie whole within [start, stop), for a cut one would look like a drop of the
  /// rate; one cut bin where there is room for none. Throws as `over` does.
  static Bins within(double start_ms, double stop_ms, double width_ms);

  /// The lower edge of every bin [ms].
  std::vector<double> lower_edges() const;
};

/// Spikes per bin. Times need no order; those outside all bins are left out.
std::vector<double> bin_counts(std::span<const double> times_ms, const Bins& bins);

/// Rate per neuron in each bin [Hz]: counts / (neurons · width). Sums to the number of spikes times
/// 1 / (neurons · width). Throws std::invalid_argument unless there are neurons.
std::vector<double> rates(std::span<const double> times_ms, const Bins& bins, std::size_t neurons);

/// Peri-stimulus time histogram [Hz]: rate around each of `events_ms`, bins relative to the event.
/// Counts of all events / (events · neurons · width).
std::vector<double> psth(std::span<const double> times_ms, std::span<const double> events_ms,
                         const Bins& bins, std::size_t neurons = 1);

/// Rates while a run goes on, the same numbers as `rates` on all spikes at once. Bins stand on
/// integer ticks, so a spike at a bin's edge counts where exact arithmetic puts it.
class RateStream {
 public:
  /// Bins of `width` ticks from tick 0 of a population of `neurons`.
  RateStream(std::int64_t width, std::size_t neurons);

  /// Counts one spike. Requires that its bin has not been closed; order within is free.
  void add(std::int64_t tick);

  /// Closes every bin that ends at or before `tick`: no spike before `tick` will come any more.
  void advance(std::int64_t tick);

  /// Spikes in each closed bin, from the run's start.
  std::span<const std::uint32_t> counts() const { return {counts_.data(), closed_}; }

  /// The number of neurons behind the rates.
  std::size_t neurons() const { return neurons_; }

  /// Rate per neuron [Hz] over the last `bins` closed bins, when one tick is `tick_ms` long; 0
  /// before the first bin is closed.
  double recent_hz(std::size_t bins, double tick_ms) const;

  /// Calls fields(x) for what has been counted, to be written or read.
  template <typename Fields>
  void visit(Fields& fields) {
    fields(closed_), fields(counts_);
  }

 private:
  std::int64_t width_;
  std::size_t neurons_;
  std::size_t closed_ = 0;
  std::vector<std::uint32_t> counts_;
};

}  // namespace measures
