// SPDX-License-Identifier: MIT
#include "forward/dipole.hpp"

#include <cassert>
#include <numbers>

namespace lfp {

Point dipole_moment(std::span<const Segment> segments, std::span<const double> current) {
  assert(segments.size() == current.size());
  Point p;
  for (std::size_t i = 0; i < segments.size(); ++i)
    p = p + current[i] * midpoint(segments[i].start, segments[i].end);
  return p;
}

double dipole_potential(Point dipole, Point r, double sigma) {
  const double distance = length(r);
  return dot(dipole, r) / (4 * std::numbers::pi * sigma * distance * distance * distance);
}

}  // namespace lfp
