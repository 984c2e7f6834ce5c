// SPDX-License-Identifier: MIT
#include "measures/csd.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "measures/require.hpp"

namespace measures {

ProbeLine probe_line(std::span<const double> x, std::span<const double> y,
                     std::span<const double> z) {
  const std::array axes{x, y, z};
  const auto spread = [](std::span<const double> v) {
    return v.empty() ? -1.0 : std::ranges::max(v) - std::ranges::min(v);
  };
  const auto widest = std::ranges::max_element(axes, {}, spread);
  ProbeLine line;
  line.axis = "xyz"[widest - axes.begin()];
  line.order.resize(widest->size());
  std::iota(line.order.begin(), line.order.end(), std::size_t{0});
  std::ranges::stable_sort(line.order, {}, [&](std::size_t e) { return (*widest)[e]; });
  for (const auto e : line.order) line.along_um.push_back((*widest)[e]);
  if (line.order.size() < 2) return line;
  const double spacing = line.along_um[1] - line.along_um[0];
  bool even = spacing > 0;
  for (std::size_t i = 1; i < line.along_um.size(); ++i)
    even = even && std::abs(line.along_um[i] - line.along_um[i - 1] - spacing) < 1e-6 * spacing;
  line.spacing_um = even ? spacing : 0;
  return line;
}

std::vector<double> csd(std::span<const double> potential_mv, double spacing_um,
                        double conductivity) {
  require(potential_mv.size() >= 3, "current source density needs three electrodes, not {}",
          potential_mv.size());
  require(spacing_um > 0, "electrodes must be a positive distance apart, not {} um", spacing_um);
  std::vector<double> result;
  for (std::size_t i = 1; i + 1 < potential_mv.size(); ++i)
    result.push_back(-conductivity *
                     (potential_mv[i - 1] - 2 * potential_mv[i] + potential_mv[i + 1]) /
                     (spacing_um * spacing_um));
  return result;
}

}  // namespace measures
