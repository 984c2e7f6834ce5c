// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include "app/read.hpp"

namespace tutti::rxd_app {

namespace {

using config::View;

rxd::Vec3 three(const View& in, std::string_view key) {
  const auto values = in.reals(key);
  if (values.size() != 3) {
    in.error(key, "three numbers, of x, y and z, are needed, not {}", values.size());
    return {1, 1, 1};
  }
  return {values[0], values[1], values[2]};
}

}  // namespace

VoxelGrid read_grid(const View& in) {
  VoxelGrid grid;
  if (in.is("edge", config::Type::list))
    grid.edge = three(in, "edge");
  else
    grid.edge.fill(in.real("edge"));
  grid.refine = std::stoi(in.text("refine"));
  grid.kind = VoxelGrid::Kind::shapes;
  if (in.has("box") && in.has("image")) in.error("image", "either a box or an image, not both");
  if (in.has("box")) {
    const View box = in.child("box");
    grid.kind = VoxelGrid::Kind::box;
    grid.low = three(box, "from");
    grid.high = three(box, "to");
    for (std::size_t d = 0; d < 3; ++d)
      if (!(grid.high[d] > grid.low[d]))
        box.error("to", "the box has a volume of zero: along {} it goes from {} to {} um", "xyz"[d],
                  grid.low[d], grid.high[d]);
  }
  if (in.has("image")) {
    const View image = in.child("image");
    grid.kind = VoxelGrid::Kind::image;
    grid.file = image.path("file");
    grid.dataset = image.text("dataset");
    if (image.has("labels"))
      for (const auto label : image.integers("labels")) {
        if (label < 0 || label > 0xffffffffLL)
          image.error("labels", "{} is no label: 0 to 4294967295", label);
        grid.labels.push_back(static_cast<std::uint32_t>(label));
      }
    if (image.has("from")) grid.low = three(image, "from");
  }
  return grid;
}

void check_geometries(const View& in, const VoxelGrid& grid) {
  static constexpr std::array of_cables{"shell", "fixed_cross_section", "scalable_border",
                                        "fixed_perimeter"};
  for (const auto& [name, region] : in.entries("regions")) {
    const std::string geometry = region.text("geometry");
    if (grid.kind != VoxelGrid::Kind::none &&
        std::ranges::find(of_cables, geometry) != of_cables.end())
      region.error("geometry",
                   "{}: a {} is a geometry of cables: in voxels there are inside, "
                   "fractional_volume, membrane, distributed_border and extracellular",
                   name, geometry);
    if (geometry != "extracellular") continue;
    if (grid.kind == VoxelGrid::Kind::none || grid.kind == VoxelGrid::Kind::shapes)
      region.error("geometry",
                   "{}: extracellular space is not what segments fill: it needs `voxels:` with a "
                   "`box:` or an `image:`",
                   name);
  }
}

}  // namespace tutti::rxd_app
