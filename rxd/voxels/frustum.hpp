// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "voxels/voxels.hpp"

namespace rxd {

/// A cone cut off at both ends, which are flat; with from == to, a ball of radius r0.
struct Frustum {
  Vec3 from{}, to{};        ///< middles of its ends [um]
  double r0 = 0, r1 = 0;    ///< radii there [um]
  std::uint32_t label = 0;  ///< what its voxels are called
};

/// Distance of points from the surface of a frustum [um], negative inside.
class FrustumDistance {
 public:
  explicit FrustumDistance(const Frustum& frustum);
  double operator()(const Vec3& point) const;

 private:
  Vec3 from_, axis_;
  double r0_, r1_, length_, slope_;  // slope_: squared length of the slanted side
};

/// What lies between frusta that meet at a point: a short plug through their common end, `reach`
/// [um] long to either side and as wide as the narrower of them, so that two ends that touch are no
/// wall; and, where the radius is the same and the angle more than 5 degrees, a ball in the wedge
/// left open. Where the radius jumps nothing else is added: a jump is a jump.
std::vector<Frustum> fillers(std::span<const Frustum> frusta, double reach);

}  // namespace rxd
