// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace measures {

/// The mean of a signal around events.
struct TriggeredAverage {
  std::vector<double> lag_ms;  ///< Negative: before the event.
  std::vector<double> mean;    ///< in the signal's unit
  std::vector<double> error;   ///< standard error of the mean; NaN for fewer than two events
  std::size_t events = 0;      ///< those whose whole surroundings are in the signal
  double effective = 0;        ///< how many of them are worth an independent one, for the error
};

/// Spike-triggered average of a signal whose first sample is at 0, from `before_ms` before each
/// event to `after_ms` after it, with linear interpolation between samples. Throws
/// std::invalid_argument unless before + after is positive.
TriggeredAverage spike_triggered_average(std::span<const double> events_ms,
                                         std::span<const double> signal, double sampling_hz,
                                         double before_ms, double after_ms);

}  // namespace measures
