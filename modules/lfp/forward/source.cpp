// SPDX-License-Identifier: MIT
#include "forward/source.hpp"

#include <algorithm>
#include <numbers>

#include "forward/require.hpp"

namespace lfp {

namespace {
constexpr double four_pi = 4 * std::numbers::pi;
// With 64 points the mean over a disc that lies its own radius from a point source is right to
// 1e-3, and to 1e-5 from five radii on.
constexpr int points_per_disc = 64;

/// asinh(x/ρ) + asinh(y/ρ) for x + y > 0, as asinh of one number: a matrix has millions of these.
/// By the addition theorem that is (x √(y² + ρ²) + y √(x² + ρ²))/ρ²; where one of them is negative
/// the sum would cancel, and (x + y)(|x| + |y|) over the sum of the magnitudes is the same.
double log_ratio(double x, double y, double rho) {
  const double p = std::abs(x) * std::sqrt(y * y + rho * rho);
  const double q = std::abs(y) * std::sqrt(x * x + rho * rho);
  const double z =
      x >= 0 && y >= 0 ? (p + q) / (rho * rho) : (x + y) * (std::abs(x) + std::abs(y)) / (p + q);
  return std::log1p(z + z * z / (1 + std::sqrt(1 + z * z)));
}

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
  return log_ratio(extent - a, a, rho) / (four_pi * sigma * extent);
}

Source::Source(const Medium& medium, Method method)
    : method_{method}, frame_{(medium.check(), medium)}, images_{images(medium)} {}

double Source::at_point(const Segment& segment, Point place) const {
  const bool point = method_ == Method::point || (method_ == Method::soma_as_point && segment.soma);
  const Point target = frame_.to(place);
  double potential = 0;
  for (const auto& image : images_) {
    const Segment mirrored{frame_.to(image.of(segment.start)), frame_.to(image.of(segment.end)),
                           segment.diameter, segment.soma};
    potential += image.weight * (point ? point_source(mirrored, target, frame_.conductivity())
                                       : line_source(mirrored, target, frame_.conductivity()));
  }
  return potential;
}

double Source::at(const Segment& segment, const Electrode& electrode) const {
  if (electrode.radius == 0) return at_point(segment, electrode.position);
  double sum = 0;
  for (const auto& place : disc_points(electrode, points_per_disc)) sum += at_point(segment, place);
  return sum / points_per_disc;
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
