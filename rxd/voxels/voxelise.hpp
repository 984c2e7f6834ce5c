// SPDX-License-Identifier: MIT
#pragma once
#include <span>

#include "voxels/frustum.hpp"

namespace rxd {

/// How a shape becomes voxels.
struct Voxelising {
  Vec3 edge{0.5, 0.5, 0.5};  ///< of one voxel [um]
  int refine = 2;            ///< distances are sampled at the edge divided by this
  double sliver = 0.01;      ///< voxels with less of a whole one are merged with a neighbour
};

/// The union of frusta (with fillers where they meet) as voxels with their part of the volume, the
/// open parts of their faces and their part of the membrane, which also covers open ends. The
/// surface is taken as flat within a tetrahedron: volume and area are exact to second order in the
/// edge where the surface is smooth; at sharp rims the area is exact to first order. The grid is in
/// line with whole multiples of the edge. Throws Error where nothing is inside.
Voxels voxelise(std::span<const Frustum> frusta, const Voxelising& how);

}  // namespace rxd
