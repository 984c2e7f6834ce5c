// SPDX-License-Identifier: MIT
#pragma once
#include <array>

#include "voxels/voxels.hpp"

namespace rxd {

/// What of a cube lies where a function, known at its corners and linear in between, is negative.
struct Cut {
  double volume = 0;             ///< [um3]
  double area = 0;               ///< of the surface where the function is 0 [um2]
  std::array<double, 3> low{};   ///< open area of the face at the low end of each axis [um2]
  std::array<double, 3> high{};  ///< likewise at the high end
};

/// Cuts a cube with these edges [um]; corner i + 2 j + 4 k is at the low (0) or high (1) end of
/// each axis. The cube is taken as six tetrahedra about its diagonal (Kuhn 1960), so that what two
/// cubes say of their common face agrees.
Cut cut(const std::array<double, 8>& corners, const Vec3& edge);

}  // namespace rxd
