// SPDX-License-Identifier: MIT
#pragma once
#include <array>

#include "morphology/morphology.hpp"

namespace cell {

/// A turn about the origin, right-handed.
class Rotation {
 public:
  /// None.
  Rotation() = default;
  /// About z, then about y, then about x, each as it lies in space [degree]: the order of BMTK for
  /// the rotation angles of SONATA.
  static Rotation of_angles(const std::array<double, 3>& x_y_z);
  /// Of a quaternion w + x i + y j + z k, which need not have length 1. Requires one that is not 0.
  static Rotation of_quaternion(double w, double x, double y, double z);

  /// The diameter stays.
  Point operator()(const Point& p) const;
  /// Angles that make it again by of_angles() [degree].
  std::array<double, 3> angles() const;
  bool is_none() const { return rows_ == Rotation{}.rows_; }

 private:
  std::array<std::array<double, 3>, 3> rows_{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
};

}  // namespace cell
