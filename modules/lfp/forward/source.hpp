// SPDX-License-Identifier: MIT
#pragma once
#include <cmath>
#include <vector>

#include "forward/geometry.hpp"
#include "forward/medium.hpp"

namespace lfp {

/// How a segment's current enters the medium.
enum class Method {
  point,         ///< at the segment's midpoint
  line,          ///< evenly along its axis (Holt & Koch 1999)
  soma_as_point  ///< at the midpoint for somata, along the axis for all else
};

/// 1/(4πσ max(r, d/2)) [mV/nA]: the potential at `electrode` of 1 nA that leaves the segment's
/// midpoint, in a homogeneous medium of conductivity sigma [S/m].
double point_source(const Segment& segment, Point electrode, double sigma);

/// [asinh((L − a)/ρ) + asinh(a/ρ)]/(4πσL) [mV/nA], a the electrode's axial coordinate from the
/// segment's start, ρ its distance from the axis but at least the radius. A segment without length
/// is a point.
double line_source(const Segment& segment, Point electrode, double sigma);

/// 2L/(R₁ + R₂ − L), where R₁ and R₂ lead from the ends of a line of length `extent` to a place at
/// `a` along it from its start and at the square root of `squared` off its axis. The sum of the two
/// asinh of a line source is the logarithm of one more than that: the surfaces of equal potential
/// are ellipsoids about the line. R − x, which would cancel, is taken as squared/(R + x).
inline double line_ratio(double a, double extent, double squared) {
  const double b = extent - a;
  const double near = std::sqrt(a * a + squared) + std::abs(a);
  const double far = std::sqrt(b * b + squared) + std::abs(b);
  const double rest = (a < 0 ? near : squared / near) + (b < 0 ? far : squared / far);
  return 2 * extent / rest;
}

/// `count` places spread evenly over a disc (Vogel's spiral): each stands for the same area.
std::vector<Point> disc_points(const Electrode& electrode, int count);

}  // namespace lfp
