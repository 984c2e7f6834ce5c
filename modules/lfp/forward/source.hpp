// SPDX-License-Identifier: MIT
#pragma once
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

/// Transfer from segments to points of one medium [mV/nA].
class Source {
 public:
  /// Throws std::invalid_argument where the medium is not one (Medium::check).
  Source(const Medium& medium, Method method);

  /// Potential at `place` of 1 nA that leaves `segment`.
  double at_point(const Segment& segment, Point place) const;

  /// Potential of 1 nA at an electrode: at its position, or the mean over its disc.
  double at(const Segment& segment, const Electrode& electrode) const;

 private:
  Method method_;
  IsotropicFrame frame_;
  std::vector<Image> images_;
};

/// `count` places spread evenly over a disc (Vogel's spiral): each stands for the same area.
std::vector<Point> disc_points(const Electrode& electrode, int count);

}  // namespace lfp
