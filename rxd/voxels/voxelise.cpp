// SPDX-License-Identifier: MIT
#include "voxels/voxelise.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "solver/error.hpp"
#include "voxels/cut.hpp"
#include "voxels/field.hpp"

namespace rxd {

namespace {

constexpr std::size_t wide = Field::side + 1;  // a brick with the first nodes of its neighbours

/// One voxel as it is put together.
struct Part {
  std::uint64_t place = 0;
  double volume = 0, area = 0;
  std::array<double, 3> open{};
  float nearest = 0;  // the innermost node, whose frustum gives the label
  std::uint32_t label = 0;
};

/// A brick's nodes and those around it that its cubes also have as corners.
class Window {
 public:
  Window(const Field& field, const Field::Brick& brick) {
    for (std::size_t which = 0; which < 8; ++which) {
      std::array<std::size_t, 3> step{which & 1U, which >> 1U & 1U, which >> 2U & 1U};
      auto at = brick.at;
      for (std::size_t d = 0; d < 3; ++d) at[d] += static_cast<std::int64_t>(step[d]);
      const Field::Brick* other = which == 0 ? &brick : field.find(at);
      copy(other, step);
    }
  }
  std::size_t index(std::size_t i, std::size_t j, std::size_t k) const {
    return i + wide * (j + wide * k);
  }
  float distance(std::size_t n) const { return distance_[n]; }
  std::uint32_t label(std::size_t n) const { return label_[n]; }

 private:
  void copy(const Field::Brick* from, const std::array<std::size_t, 3>& step) {
    constexpr auto side = static_cast<std::size_t>(Field::side);
    std::array<std::size_t, 3> begin, end;
    for (std::size_t d = 0; d < 3; ++d) {
      begin[d] = step[d] * side;
      end[d] = step[d] == 0 ? side : wide;
    }
    for (std::size_t k = begin[2]; k < end[2]; ++k)
      for (std::size_t j = begin[1]; j < end[1]; ++j)
        for (std::size_t i = begin[0]; i < end[0]; ++i) {
          const std::size_t n = i % side + side * (j % side + side * (k % side));
          distance_[index(i, j, k)] = from == nullptr ? 1e30F : from->distance[n];
          label_[index(i, j, k)] = from == nullptr ? 0 : from->label[n];
        }
  }
  std::array<float, wide * wide * wide> distance_;
  std::array<std::uint32_t, wide * wide * wide> label_;
};

/// Cuts the cubes of one brick and adds them to the voxels they are parts of.
class Sorter {
 public:
  Sorter(const Vec3& edge, int refine, const std::array<std::uint64_t, 3>& count)
      : refine_{refine}, count_{count} {
    for (std::size_t d = 0; d < 3; ++d) cube_[d] = edge[d] / refine;
    whole_.volume = cube_[0] * cube_[1] * cube_[2];
    for (std::size_t d = 0; d < 3; ++d) whole_.high[d] = cube_[(d + 1) % 3] * cube_[(d + 2) % 3];
  }

  void add(const Field& field, const Field::Brick& brick) {
    const Window window{field, brick};
    const auto per_voxel = static_cast<std::size_t>(refine_);
    const std::size_t voxels = static_cast<std::size_t>(Field::side) / per_voxel;
    for (std::size_t k = 0; k < voxels; ++k)
      for (std::size_t j = 0; j < voxels; ++j)
        for (std::size_t i = 0; i < voxels; ++i) {
          Part part;
          for (std::size_t c = 0; c < per_voxel * per_voxel * per_voxel; ++c)
            add_cube(window, {i * per_voxel, j * per_voxel, k * per_voxel},
                     {c % per_voxel, c / per_voxel % per_voxel, c / (per_voxel * per_voxel)}, part);
          if (!(part.volume > 0)) continue;
          const auto along = [&](std::size_t d, std::size_t n) {
            return static_cast<std::uint64_t>(brick.at[d]) * voxels + n;
          };
          part.place = along(0, i) + count_[0] * (along(1, j) + count_[1] * along(2, k));
          parts_.push_back(part);
        }
  }
  std::vector<Part>& parts() { return parts_; }

 private:
  void add_cube(const Window& window, const std::array<std::size_t, 3>& voxel,
                const std::array<std::size_t, 3>& cube, Part& to) {
    std::array<double, 8> corners;
    int inside = 0;
    for (std::size_t c = 0; c < 8; ++c) {
      const std::size_t n =
          window.index(voxel[0] + cube[0] + (c & 1U), voxel[1] + cube[1] + (c >> 1U & 1U),
                       voxel[2] + cube[2] + (c >> 2U & 1U));
      corners[c] = static_cast<double>(window.distance(n));
      if (!(corners[c] < 0)) continue;
      ++inside;
      if (to.nearest <= window.distance(n)) continue;
      to.nearest = window.distance(n);
      to.label = window.label(n);
    }
    if (inside == 0) return;
    const Cut part = inside == 8 ? whole_ : cut(corners, cube_);
    to.volume += part.volume;
    to.area += part.area;
    for (std::size_t d = 0; d < 3; ++d)
      if (cube[d] + 1 == static_cast<std::size_t>(refine_)) to.open[d] += part.high[d];
  }

  int refine_;
  std::array<std::uint64_t, 3> count_;
  Vec3 cube_;
  Cut whole_;
  std::vector<Part> parts_;
};

}  // namespace

Voxels voxelise(std::span<const Frustum> frusta, const Voxelising& how) {
  Voxels all{{}, how.edge, {}};
  Vec3 low{1e300, 1e300, 1e300}, high{-1e300, -1e300, -1e300};
  for (const Frustum& f : frusta)
    for (std::size_t d = 0; d < 3; ++d) {
      const double radius = std::max(f.r0, f.r1);
      low[d] = std::min({low[d], f.from[d] - radius, f.to[d] - radius});
      high[d] = std::max({high[d], f.from[d] + radius, f.to[d] + radius});
    }
  if (frusta.empty()) throw Error{"there is no shape to fill with voxels"};
  Vec3 spacing;
  for (std::size_t d = 0; d < 3; ++d) {
    const double brick = how.edge[d] * static_cast<double>(Field::side) / how.refine;
    const double first = std::floor((low[d] - how.edge[d]) / how.edge[d]);
    all.origin[d] = first * how.edge[d];
    const double bricks = std::ceil((high[d] + 2 * how.edge[d] - all.origin[d]) / brick);
    if (!(bricks < 1e5)) throw Error{"the shape is larger than the grid can be"};
    all.count[d] = static_cast<std::uint64_t>(bricks) * static_cast<std::uint64_t>(Field::side) /
                   static_cast<std::uint64_t>(how.refine);
    spacing[d] = how.edge[d] / how.refine;
  }
  Field field{all.origin, spacing};
  for (const Frustum& f : frusta) field.add(f);
  for (const Frustum& f : fillers(frusta, how.edge[0])) field.add(f, true);
  Sorter sorter{how.edge, how.refine, all.count};
  for (const Field::Brick* brick : field.bricks()) sorter.add(field, *brick);
  auto& parts = sorter.parts();
  std::ranges::sort(parts, {}, &Part::place);
  for (const Part& part : parts) {
    all.place.push_back(part.place);
    all.volume.push_back(part.volume);
    all.area.push_back(part.area);
    all.label.push_back(part.label);
    for (std::size_t d = 0; d < 3; ++d) all.open[d].push_back(part.open[d]);
  }
  if (all.place.empty())
    throw Error{"no voxel is inside: the shape is thinner than voxels of " +
                std::to_string(how.edge[0]) + " um can see; make the edge smaller"};
  merge_slivers(all, how.sliver);
  return all;
}

}  // namespace rxd
