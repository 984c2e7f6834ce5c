// SPDX-License-Identifier: MIT
#include "voxels/voxels.hpp"

#include <algorithm>
#include <cmath>

namespace rxd {

namespace {

double face(const Vec3& edge, std::size_t axis) {
  return edge[(axis + 1) % 3] * edge[(axis + 2) % 3];
}

std::array<std::uint64_t, 3> strides(const std::array<std::uint64_t, 3>& count) {
  return {1, count[0], count[0] * count[1]};
}

/// The listed voxel with this number, or size().
std::size_t index_of(const Voxels& voxels, std::uint64_t number) {
  const auto found = std::ranges::lower_bound(voxels.place, number);
  return found != voxels.place.end() && *found == number
             ? static_cast<std::size_t>(found - voxels.place.begin())
             : voxels.size();
}

/// For each voxel the next one along an axis, or size().
std::vector<std::size_t> next_along(const Voxels& voxels, std::size_t axis) {
  const std::uint64_t stride = strides(voxels.count)[axis];
  std::vector<std::size_t> next(voxels.size(), voxels.size());
  std::size_t to = 0;
  for (std::size_t v = 0; v < voxels.size(); ++v) {
    const std::uint64_t wanted = voxels.place[v] + stride;
    while (to < voxels.size() && voxels.place[to] < wanted) ++to;
    if (to < voxels.size() && voxels.place[to] == wanted &&
        voxels.at(v)[axis] + 1 < voxels.count[axis])
      next[v] = to;
  }
  return next;
}

/// Keeps the voxels for which `keep` is set.
void keep_only(Voxels& voxels, const std::vector<bool>& keep) {
  std::size_t n = 0;
  for (std::size_t v = 0; v < voxels.size(); ++v) {
    if (!keep[v]) continue;
    voxels.place[n] = voxels.place[v];
    voxels.volume[n] = voxels.volume[v];
    voxels.area[n] = voxels.area[v];
    voxels.label[n] = voxels.label[v];
    for (auto& open : voxels.open) open[n] = open[v];
    ++n;
  }
  voxels.place.resize(n);
  voxels.volume.resize(n);
  voxels.area.resize(n);
  voxels.label.resize(n);
  for (auto& open : voxels.open) open.resize(n);
}

}  // namespace

Vec3 Voxels::centre(std::size_t voxel) const {
  const auto where = at(voxel);
  Vec3 point;
  for (std::size_t d = 0; d < 3; ++d)
    point[d] = origin[d] + (static_cast<double>(where[d]) + 0.5) * edge[d];
  return point;
}

std::size_t Voxels::find(const Vec3& point) const {
  std::uint64_t number = 0;
  for (std::size_t d = 3; d-- > 0;) {
    const double cell = std::floor((point[d] - origin[d]) / edge[d]);
    if (!(cell >= 0) || cell >= static_cast<double>(count[d])) return size();
    number = number * count[d] + static_cast<std::uint64_t>(cell);
  }
  return index_of(*this, number);
}

Voxels box(const Vec3& origin, const Vec3& edge, const std::array<std::uint64_t, 3>& count) {
  Voxels all{origin, edge, count};
  const auto total = static_cast<std::size_t>(count[0] * count[1] * count[2]);
  all.place.resize(total);
  for (std::size_t v = 0; v < total; ++v) all.place[v] = v;
  all.volume.assign(total, edge[0] * edge[1] * edge[2]);
  all.area.assign(total, 0);
  all.label.assign(total, 0);
  for (std::size_t d = 0; d < 3; ++d) {
    all.open[d].assign(total, face(edge, d));
    const std::uint64_t stride = strides(count)[d];
    for (std::size_t v = 0; v < total; ++v) {
      const std::uint64_t at = v / stride % count[d];
      if (at + 1 == count[d]) all.open[d][v] = 0;
      all.area[v] += face(edge, d) * ((at == 0 ? 1 : 0) + (at + 1 == count[d] ? 1 : 0));
    }
  }
  return all;
}

Voxels from_labels(const Vec3& origin, const Vec3& edge, const std::array<std::uint64_t, 3>& count,
                   const std::vector<std::uint32_t>& image,
                   const std::vector<std::uint32_t>& wanted) {
  const auto inside = [&](const std::array<std::int64_t, 3>& at) {
    std::uint64_t number = 0;
    for (std::size_t d = 3; d-- > 0;) {
      if (at[d] < 0 || at[d] >= static_cast<std::int64_t>(count[d])) return false;
      number = number * count[d] + static_cast<std::uint64_t>(at[d]);
    }
    const std::uint32_t label = image[number];
    return wanted.empty() ? label != 0 : std::ranges::find(wanted, label) != wanted.end();
  };
  Voxels all{origin, edge, count};
  for (std::uint64_t n = 0; n < image.size(); ++n) {
    const std::array<std::int64_t, 3> at{static_cast<std::int64_t>(n % count[0]),
                                         static_cast<std::int64_t>(n / count[0] % count[1]),
                                         static_cast<std::int64_t>(n / (count[0] * count[1]))};
    if (!inside(at)) continue;
    double steps = 0;  // exposed faces
    std::array<bool, 3> open{};
    for (std::size_t d = 0; d < 3; ++d)
      for (const int side : {-1, 1}) {
        auto there = at;
        there[d] += side;
        const bool in = inside(there);
        if (side == 1) open[d] = in;
        if (!in) steps += face(edge, d);
      }
    double excess = 1;  // of steps over a plane: |n0| + |n1| + |n2|, the normal from neighbours in
                        // a ball, which prefers no axis
    if (steps > 0) {
      Vec3 normal{};
      for (std::int64_t k = -3; k <= 3; ++k)
        for (std::int64_t j = -3; j <= 3; ++j)
          for (std::int64_t i = -3; i <= 3; ++i)
            if (i * i + j * j + k * k <= 12 && inside({at[0] + i, at[1] + j, at[2] + k}))
              for (std::size_t d = 0; d < 3; ++d)
                normal[d] += static_cast<double>(d == 0 ? i : d == 1 ? j : k) * edge[d];
      const double norm = std::hypot(normal[0], normal[1], normal[2]);
      if (norm > 0)
        excess = (std::abs(normal[0]) + std::abs(normal[1]) + std::abs(normal[2])) / norm;
    }
    all.place.push_back(n);
    all.volume.push_back(edge[0] * edge[1] * edge[2]);
    all.area.push_back(steps / excess);
    all.label.push_back(image[n]);
    for (std::size_t d = 0; d < 3; ++d) all.open[d].push_back(open[d] ? face(edge, d) : 0);
  }
  return all;
}

void merge_slivers(Voxels& voxels, double part) {
  const double least = part * voxels.edge[0] * voxels.edge[1] * voxels.edge[2];
  const std::size_t none = voxels.size();
  std::array<std::vector<std::size_t>, 3> next, before;
  for (std::size_t d = 0; d < 3; ++d) {
    next[d] = next_along(voxels, d);
    before[d].assign(none, none);
    for (std::size_t v = 0; v < none; ++v)
      if (next[d][v] < none) before[d][next[d][v]] = v;
  }
  std::vector<bool> keep(none, true);
  for (std::size_t v = 0; v < none; ++v) {
    if (voxels.volume[v] >= least) continue;
    std::size_t heir = none;
    double widest = 0;
    const auto consider = [&](std::size_t other, double open) {
      if (other >= none || !keep[other] || !(open > widest)) return;
      widest = open;
      heir = other;
    };
    for (std::size_t d = 0; d < 3; ++d) {
      consider(next[d][v], voxels.open[d][v]);
      if (before[d][v] < none) consider(before[d][v], voxels.open[d][before[d][v]]);
    }
    if (heir == none) continue;
    voxels.volume[heir] += voxels.volume[v];
    voxels.area[heir] += voxels.area[v];
    keep[v] = false;
    for (std::size_t d = 0; d < 3; ++d)
      if (before[d][v] < none) voxels.open[d][before[d][v]] = 0;
  }
  keep_only(voxels, keep);
}

}  // namespace rxd
