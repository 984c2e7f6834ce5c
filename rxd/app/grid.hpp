// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "voxels/frustum.hpp"
#include "voxels/voxels.hpp"

namespace tutti::rxd_app {

/// How a model in voxels says where they are.
struct VoxelGrid {
  enum class Kind {
    none,    ///< the model is one of cables
    shapes,  ///< what the segments fill, cell by cell
    box,     ///< all of a box
    image,   ///< labels in an HDF5 file
  };
  Kind kind = Kind::none;
  ::rxd::Vec3 edge{};  ///< of one voxel [um]
  int refine = 2;      ///< of shapes: samples of the surface per edge
  ::rxd::Vec3 low{};   ///< corner of the box, or of the image [um]
  ::rxd::Vec3 high{};  ///< of the box
  std::filesystem::path file{};
  std::string dataset{};
  std::vector<std::uint32_t> labels{};
};

/// The voxels of a box or an image. Throws Error{config} where the file is not what it should be or
/// no voxel is inside.
::rxd::Voxels fixed_voxels(const VoxelGrid& grid);

/// The voxels of a shape. Throws Error{config} where none is inside.
::rxd::Voxels shape_voxels(const VoxelGrid& grid, const std::vector<::rxd::Frustum>& shape);

}  // namespace tutti::rxd_app
