// SPDX-License-Identifier: MIT
#include "forward/source.hpp"

#include <algorithm>
#include <numbers>

#include "forward/require.hpp"

namespace lfp {

namespace {
constexpr double four_pi = 4 * std::numbers::pi;

Point unit(Point p) { return 1 / length(p) * p; }
Point cross(Point a, Point b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
}  // namespace

double point_source(const Segment& segment, Point electrode, double sigma) {
  const double r = length(electrode - midpoint(segment.start, segment.end));
  return 1 / (four_pi * sigma * std::max(r, segment.diameter / 2));
}

double line_source(const Segment& segment, Point electrode, double sigma) {
  const Point axis = segment.end - segment.start;
  const double extent = length(axis);
  if (extent == 0) return point_source(segment, electrode, sigma);
  const Point direction = 1 / extent * axis, from_start = electrode - segment.start;
  const double a = dot(from_start, direction);
  const double rho = std::max(length(from_start - a * direction), segment.diameter / 2);
  return std::log1p(line_ratio(a, extent, rho * rho)) / (four_pi * sigma * extent);
}

std::vector<Point> disc_points(const Electrode& electrode, int count) {
  const Point normal = unit(electrode.normal);
  // Any direction in the disc's plane: off the axis that the normal is farthest from.
  const Point helper = std::abs(normal.x) < 0.6 ? Point{1, 0, 0} : Point{0, 1, 0};
  const Point u = unit(cross(normal, helper)), v = cross(normal, u);
  const double golden_angle = std::numbers::pi * (3 - std::sqrt(5.0));
  std::vector<Point> result;
  for (int i = 0; i < count; ++i) {
    const double r = electrode.radius * std::sqrt((i + 0.5) / count), angle = i * golden_angle;
    result.push_back(electrode.position + r * std::cos(angle) * u + r * std::sin(angle) * v);
  }
  return result;
}

}  // namespace lfp
