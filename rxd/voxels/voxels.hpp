// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace rxd {

using Vec3 = std::array<double, 3>;

/// A piece of space cut into voxels, of which only those that hold some of the inside are listed.
///
/// Voxel (i, j, k) of the grid has the number i + n0 (j + n1 k) and its low corner at
/// origin + (i, j, k) edge. A voxel at the border holds a part of its volume, and its faces are
/// open in part.
struct Voxels {
  Vec3 origin{};                         ///< [um]
  Vec3 edge{1, 1, 1};                    ///< of one voxel [um]
  std::array<std::uint64_t, 3> count{};  ///< of the grid
  std::vector<std::uint64_t> place{};    ///< numbers in the grid, ascending
  std::vector<double> volume{};          ///< inside [um3]
  std::vector<double> area{};            ///< of membrane [um2]
  /// Open area of the face towards the next voxel along each axis [um2]; 0 where there is none.
  std::array<std::vector<double>, 3> open{};
  std::vector<std::uint32_t> label{};  ///< which shape or label it is of

  std::size_t size() const { return place.size(); }
  std::array<std::uint64_t, 3> at(std::size_t voxel) const {
    const std::uint64_t n = place[voxel];
    return {n % count[0], n / count[0] % count[1], n / (count[0] * count[1])};
  }
  Vec3 centre(std::size_t voxel) const;
  /// The listed voxel that a point [um] is in, or size() where there is none.
  std::size_t find(const Vec3& point) const;
};

/// A whole box of count[0] × count[1] × count[2] voxels; its six sides, sealed, are its membrane.
Voxels box(const Vec3& origin, const Vec3& edge, const std::array<std::uint64_t, 3>& count);

/// Voxels whose label in an image (count[0] fastest) is one of `wanted` (all but 0 if empty), each
/// whole. The membrane's area is that of the steps of the border, each divided by what a plane of
/// the same orientation has too much as steps.
Voxels from_labels(const Vec3& origin, const Vec3& edge, const std::array<std::uint64_t, 3>& count,
                   const std::vector<std::uint32_t>& image,
                   const std::vector<std::uint32_t>& wanted);

/// Hands volume and membrane of slivers (less than `part` of a whole voxel) to the neighbour with
/// the largest common face, and takes them off the list. One without neighbours stays.
void merge_slivers(Voxels& voxels, double part);

}  // namespace rxd
