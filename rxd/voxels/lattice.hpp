// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "voxels/octet.hpp"
#include "voxels/voxels.hpp"

namespace rxd {

/// Which planes (of the third axis) of a grid are one's own: [begin, end).
struct Slab {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

/// How voxels lie in memory: octets in the order of the third, second and first axis, only those
/// that hold any voxel. So neighbours along the second and third axis are whole octets, wherever
/// the shape is, and loops over octets need no gathering.
///
/// Octet 0 and the last one hold nothing; octets of the planes next to the slab, if there are any,
/// lie before and after its own.
struct Lattice {
  /// Consecutive octets [begin, end) that are worked on together, with the groups of rows in them.
  struct Batch {
    std::uint32_t begin, end;
    std::uint32_t first_group, last_group;
  };
  /// Eight rows side by side, for what goes along the first axis: step s of the group has the s-th
  /// octet of each row, or 0.
  struct Group {
    std::uint32_t first_step, last_step;
  };
  struct Step {
    std::array<std::uint32_t, 8> octet{};
    bool full = false;
  };
  struct Range {
    std::uint32_t begin, end;
  };

  std::uint32_t first = 1, last = 1;  ///< own octets: [first, last)
  std::size_t octets = 2;             ///< all, with ghosts and the empty first and last
  Range below{1, 1}, above{1, 1};     ///< ghosts: octets of the plane before and after the slab
  Range bottom{1, 1}, top{1, 1};      ///< own octets in the first and the last plane
  std::vector<std::uint32_t> before_y, after_y, before_z, after_z;  ///< neighbours; 0: none
  std::vector<std::uint8_t> exists;  ///< bit l: voxel in lane l exists
  bool full(std::size_t octet) const { return exists[octet] == 0xff; }
  bool has(std::size_t octet, std::size_t lane) const {
    return (static_cast<unsigned>(exists[octet]) >> lane & 1U) != 0;
  }
  std::vector<std::size_t> slot;        ///< of each own voxel: octet × 8 + lane
  std::vector<std::size_t> ghost_slot;  ///< of the voxels in `below`, then `above`
  std::size_t first_voxel = 0;          ///< number among all voxels of the first own one
  std::size_t first_above = 0;          ///< likewise of the first one in `above`
  std::vector<Batch> batches;
  std::vector<Group> groups;
  std::vector<Step> steps;
  /// Columns along the third axis: tile t has ranges[t × planes + p] of the p-th own plane.
  std::size_t planes = 0, tiles = 0;
  std::vector<Range> ranges;
  /// Likewise of the ghosts and the planes next to them: below, bottom, top, above.
  std::vector<std::array<Range, 4>> rims;
};

/// Lays out the voxels of a slab. What is worked on together fits into the nearest caches.
Lattice lay_out(const Voxels& voxels, const Slab& slab);

}  // namespace rxd
