// SPDX-License-Identifier: MIT
#include "network/synapse_map.hpp"

#include <algorithm>

namespace cell {
namespace {

/// Between which two points a place lies, and how far on the way (0 to 1) from one to the other.
struct Between {
  std::size_t before, after;
  double share;
};

Between find(const std::vector<double>& points, double place) {
  const auto next =
      static_cast<std::size_t>(std::ranges::upper_bound(points, place) - points.begin());
  if (next == 0) return {0, 0, 0};
  if (next == points.size()) return {next - 1, next - 1, 0};
  return {next - 1, next, (place - points[next - 1]) / (points[next] - points[next - 1])};
}

}  // namespace

double SynapseMap::at(double place_x, double place_y) const {
  const auto row = find(y, place_y);
  const auto of_column = [&](std::size_t column) {
    const double* v = values.data() + column * y.size();
    return v[row.before] + row.share * (v[row.after] - v[row.before]);
  };
  if (x.empty()) return of_column(0);
  const auto column = find(x, place_x);
  const double before = of_column(column.before);
  return before + column.share * (of_column(column.after) - before);
}

}  // namespace cell
