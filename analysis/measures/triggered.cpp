// SPDX-License-Identifier: MIT
#include "measures/triggered.hpp"

#include <cmath>
#include <limits>

#include "measures/effective.hpp"
#include "measures/require.hpp"

namespace measures {

TriggeredAverage spike_triggered_average(std::span<const double> events_ms,
                                         std::span<const double> signal, double sampling_hz,
                                         double before_ms, double after_ms) {
  require(sampling_hz > 0, "an average needs a positive sampling rate, not {} Hz", sampling_hz);
  require(before_ms + after_ms > 0, "an average around events needs a stretch of time, not {} ms",
          before_ms + after_ms);
  TriggeredAverage result;
  const auto first = static_cast<std::ptrdiff_t>(std::llround(-before_ms * 1e-3 * sampling_hz));
  const auto last = static_cast<std::ptrdiff_t>(std::llround(after_ms * 1e-3 * sampling_hz));
  for (auto lag = first; lag <= last; ++lag)
    result.lag_ms.push_back(static_cast<double>(lag) * 1e3 / sampling_hz);
  const auto width = result.lag_ms.size();
  std::vector<double> squares(width);  // Σ (x − mean so far)(x − mean now): Welford 1962
  result.mean.assign(width, 0.0);
  std::vector<double> counts(signal.size());
  for (const double t : events_ms) {
    const double place = t * 1e-3 * sampling_hz;
    const double whole = std::floor(place), part = place - whole;
    const auto from = static_cast<std::ptrdiff_t>(whole) + first;
    const auto to = static_cast<std::ptrdiff_t>(whole) + last + (part > 0 ? 1 : 0);
    if (from < 0 || to >= static_cast<std::ptrdiff_t>(signal.size())) continue;
    ++result.events;
    counts[static_cast<std::size_t>(whole)] += 1;
    const auto n = static_cast<double>(result.events);
    for (std::size_t i = 0; i < width; ++i) {
      const double* x = signal.data() + from + static_cast<std::ptrdiff_t>(i);
      const double value = part > 0 ? x[0] + part * (x[1] - x[0]) : x[0];
      const double off = value - result.mean[i];
      result.mean[i] += off / n;
      squares[i] += off * (value - result.mean[i]);
    }
  }
  const auto n = static_cast<double>(result.events);
  result.effective = effective_events(counts, signal);
  for (const double s : squares)
    result.error.push_back(result.events > 1 ? std::sqrt(s / (n - 1) / result.effective)
                                             : std::numeric_limits<double>::quiet_NaN());
  return result;
}

}  // namespace measures
