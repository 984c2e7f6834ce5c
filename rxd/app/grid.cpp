// SPDX-License-Identifier: MIT
#include "app/grid.hpp"

#include <hdf5.h>

#include <algorithm>
#include <cmath>

#include "solver/error.hpp"
#include "tutti/error.hpp"
#include "voxels/voxelise.hpp"

namespace tutti::rxd_app {

namespace {

/// Closes an HDF5 handle.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_{id}, close_{close} {}
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  hid_t id() const { return id_; }
  bool good() const { return id_ >= 0; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

::rxd::Voxels box_voxels(const VoxelGrid& grid) {
  std::array<std::uint64_t, 3> count{};
  double total = 1;
  for (std::size_t d = 0; d < 3; ++d) {
    const double n = std::round((grid.high[d] - grid.low[d]) / grid.edge[d]);
    count[d] = static_cast<std::uint64_t>(std::max(1.0, n));
    total *= std::max(1.0, n);
  }
  if (total > 4e9)
    throw Error{Fault::config,
                "voxels: the box would have {:.2g} voxels, more than 4e9: make `edge:` larger",
                total};
  return ::rxd::box(grid.low, grid.edge, count);
}

::rxd::Voxels image_voxels(const VoxelGrid& grid) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  const Handle file{H5Fopen(grid.file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose};
  if (!file.good())
    throw Error{Fault::config, "voxels: {} is no HDF5 file that can be read", grid.file.string()};
  const Handle data{H5Dopen2(file.id(), grid.dataset.c_str(), H5P_DEFAULT), H5Dclose};
  if (!data.good())
    throw Error{Fault::config, "voxels: {} has no dataset {}", grid.file.string(), grid.dataset};
  const Handle shape{H5Dget_space(data.id()), H5Sclose};
  const Handle type{H5Dget_type(data.id()), H5Tclose};
  const int rank = H5Sget_simple_extent_ndims(shape.id());
  if (rank != 3 || H5Tget_class(type.id()) != H5T_INTEGER)
    throw Error{
        Fault::config,
        "voxels: {}, {}: an array [z, y, x] of whole numbers is needed, found {} dimensions "
        "of {}",
        grid.file.string(),
        grid.dataset,
        rank,
        H5Tget_class(type.id()) == H5T_INTEGER ? "whole numbers" : "something else"};
  hsize_t extent[3];
  H5Sget_simple_extent_dims(shape.id(), extent, nullptr);
  std::vector<std::uint32_t> labels(extent[0] * extent[1] * extent[2]);
  if (H5Dread(data.id(), H5T_NATIVE_UINT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, labels.data()) < 0)
    throw Error{Fault::config, "voxels: {}, {} cannot be read", grid.file.string(), grid.dataset};
  auto voxels = ::rxd::from_labels(grid.low, grid.edge, {extent[2], extent[1], extent[0]}, labels,
                                   grid.labels);
  if (voxels.size() > 0) return voxels;
  std::ranges::sort(labels);
  const auto end = std::unique(labels.begin(), labels.end());
  std::string known;
  for (auto label = labels.begin(); label != end && known.size() < 60; ++label)
    known += (known.empty() ? "" : ", ") + std::to_string(*label);
  throw Error{Fault::config,
              "voxels: no voxel is inside: {}, {} has labels {} and none that is wanted",
              grid.file.string(), grid.dataset, known};
}

}  // namespace

::rxd::Voxels fixed_voxels(const VoxelGrid& grid) {
  return grid.kind == VoxelGrid::Kind::box ? box_voxels(grid) : image_voxels(grid);
}

::rxd::Voxels shape_voxels(const VoxelGrid& grid, const std::vector<::rxd::Frustum>& shape) {
  try {
    return ::rxd::voxelise(shape, {.edge = grid.edge, .refine = grid.refine});
  } catch (const ::rxd::Error& e) {
    throw Error{Fault::config, "voxels: {}", e.what()};
  }
}

}  // namespace tutti::rxd_app
