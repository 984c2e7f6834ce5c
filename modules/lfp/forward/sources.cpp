// SPDX-License-Identifier: MIT
// Compiled without errno for roots (CMakeLists.txt), so that the loop over lines takes vectors.
#include "forward/sources.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <numbers>

namespace lfp {

namespace {
constexpr double four_pi = 4 * std::numbers::pi;
// With 64 points the mean over a disc that lies its own radius from a point source is right to
// 1e-3, and to 1e-5 from five radii on.
constexpr int points_per_disc = 64;

/// log(1 + x) for x >= 0. What rounding 1 + x lost is put right to first order, which is all there
/// is of it in double precision; twice as fast as the C library's log1p.
double log_of_one_and(double x) {
  const double y = 1 + x;
  return std::log(y) - ((y - 1) - x) / y;
}
}  // namespace

Sources::Sources(std::span<const Segment> segments, const Medium& medium, Method method)
    : frame_{(medium.check(), medium)}, images_{images(medium)} {
  const double sigma = frame_.conductivity();
  for (const auto& segment : segments) {
    const Point start = frame_.to(segment.start), end = frame_.to(segment.end);
    const double extent = length(end - start), radius = segment.diameter / 2;
    const bool point =
        method == Method::point || extent == 0 || (method == Method::soma_as_point && segment.soma);
    if (point) points_.push_back({extent_.size(), midpoint(start, end), radius});
    const Point along = point ? Point{1, 0, 0} : 1 / extent * (end - start);
    x_.push_back(start.x), y_.push_back(start.y), z_.push_back(start.z);
    along_x_.push_back(along.x), along_y_.push_back(along.y), along_z_.push_back(along.z);
    extent_.push_back(point ? 1 : extent);
    nearest_.push_back(point ? 1 : radius * radius);
    factor_.push_back(point ? 0 : 1 / (four_pi * sigma * extent));
  }
}

void Sources::at(const Electrode& electrode, std::span<double> row) const {
  std::ranges::fill(row, 0.0);
  if (electrode.radius == 0) return add_at(electrode.position, 1, row);
  for (const auto& place : disc_points(electrode, points_per_disc))
    add_at(place, 1.0 / points_per_disc, row);
}

void Sources::add_at(Point place, double weight, std::span<double> row) const {
  assert(row.size() == size());
  for (const auto& image : images_)
    add(frame_.to(image.seen_from(place)), weight * image.weight, row);
}

void Sources::add(Point target, double weight, std::span<double> row) const {
  constexpr std::size_t block = 256;  // stays in the cache between the two loops
  std::array<double, block> ratio{};
  for (std::size_t first = 0; first < size(); first += block) {
    const std::size_t count = std::min(block, size() - first);
    for (std::size_t k = 0; k < count; ++k) {
      const std::size_t s = first + k;
      const Point from_start{target.x - x_[s], target.y - y_[s], target.z - z_[s]};
      const Point along{along_x_[s], along_y_[s], along_z_[s]};
      const double a = dot(from_start, along);
      const Point off = from_start - a * along;
      const double squared = dot(off, off), least = nearest_[s];
      ratio[k] = line_ratio(a, extent_[s], squared > least ? squared : least);
    }
    for (std::size_t k = 0; k < count; ++k)
      row[first + k] += weight * factor_[first + k] * log_of_one_and(ratio[k]);
  }
  for (const auto& spot : points_)
    row[spot.segment] += weight / (four_pi * frame_.conductivity() *
                                   std::max(length(target - spot.middle), spot.radius));
}

}  // namespace lfp
