// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace measures {

/// How irregular one spike train is. All are 1 for a Poisson process and 0 for a clock; NaN where
/// too few intervals stand behind them (cv needs 2, cv2 and lv need 2).
struct Irregularity {
  std::size_t intervals = 0;
  double mean_ms = 0;  ///< mean interval
  double cv = 0;       ///< standard deviation (divisor n) / mean
  double cv2 = 0;      ///< mean 2|Δ|/Σ of neighbours, blind to slow changes of rate (Holt 1996)
  double lv = 0;       ///< mean 3(Δ/Σ)² of neighbours (Shinomoto 2003)
};

/// Times between neighbours. Requires `times_ms` ascending; throws std::invalid_argument if not.
std::vector<double> intervals(std::span<const double> times_ms);

/// CV, CV2 and LV of intervals in their order. Throws std::invalid_argument for a negative one.
Irregularity irregularity(std::span<const double> intervals_ms);

/// Variance (divisor n − 1) over mean of counts; 1 for a Poisson process. NaN for fewer than two
/// counts or none above zero.
double fano_factor(std::span<const double> counts);

}  // namespace measures
