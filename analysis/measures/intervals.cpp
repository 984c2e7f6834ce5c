// SPDX-License-Identifier: MIT
#include "measures/intervals.hpp"

#include <cmath>
#include <limits>

#include "measures/require.hpp"

namespace measures {

namespace {
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

struct Moments {
  double mean = 0;
  double squares = 0;  // sum of squared deviations
};

Moments moments(std::span<const double> x) {
  Moments m;
  for (const double v : x) m.mean += v;
  m.mean /= static_cast<double>(x.size());
  for (const double v : x) m.squares += (v - m.mean) * (v - m.mean);
  return m;
}
}  // namespace

std::vector<double> intervals(std::span<const double> times_ms) {
  std::vector<double> result;
  for (std::size_t i = 1; i < times_ms.size(); ++i) {
    require(times_ms[i] >= times_ms[i - 1], "spike times must ascend: {} ms follows {} ms",
            times_ms[i], times_ms[i - 1]);
    result.push_back(times_ms[i] - times_ms[i - 1]);
  }
  return result;
}

Irregularity irregularity(std::span<const double> intervals_ms) {
  Irregularity result{intervals_ms.size(), unknown, unknown, unknown, unknown};
  if (intervals_ms.empty()) return result;
  const auto n = static_cast<double>(intervals_ms.size());
  const auto m = moments(intervals_ms);
  result.mean_ms = m.mean;
  if (intervals_ms.size() < 2) return result;
  result.cv = std::sqrt(m.squares / n) / m.mean;
  double cv2 = 0, lv = 0;
  for (std::size_t i = 0; i < intervals_ms.size(); ++i) {
    require(intervals_ms[i] >= 0, "interval {} is negative: {} ms", i, intervals_ms[i]);
    if (i == 0) continue;
    const double sum = intervals_ms[i] + intervals_ms[i - 1];
    const double contrast = sum > 0 ? (intervals_ms[i] - intervals_ms[i - 1]) / sum : 0;
    cv2 += 2 * std::abs(contrast);
    lv += 3 * contrast * contrast;
  }
  result.cv2 = cv2 / (n - 1);
  result.lv = lv / (n - 1);
  return result;
}

double fano_factor(std::span<const double> counts) {
  if (counts.size() < 2) return unknown;
  const auto m = moments(counts);
  return m.mean > 0 ? m.squares / static_cast<double>(counts.size() - 1) / m.mean : unknown;
}

}  // namespace measures
