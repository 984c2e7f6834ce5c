// SPDX-License-Identifier: MIT
#include "voxels/field.hpp"

#include <algorithm>
#include <cmath>

namespace rxd {

namespace {

constexpr float far_away = 1e30F;

std::uint64_t key(const std::array<std::int64_t, 3>& at) {
  std::uint64_t k = 0;
  for (const std::int64_t a : at) k = (k << 21U) | (static_cast<std::uint64_t>(a) & 0x1fffffU);
  return k;
}

std::int64_t floor_divided(std::int64_t a) {
  return a >= 0 ? a / Field::side : -((-a + Field::side - 1) / Field::side);
}

}  // namespace

const Field::Brick* Field::find(const std::array<std::int64_t, 3>& at) const {
  const auto found = number_.find(key(at));
  return found == number_.end() ? nullptr : &bricks_[found->second];
}

Field::Brick& Field::brick(const std::array<std::int64_t, 3>& at) {
  const auto [found, fresh] = number_.try_emplace(key(at), bricks_.size());
  if (fresh)
    bricks_.push_back({at, std::vector<float>(nodes, far_away), std::vector<std::uint32_t>(nodes)});
  return bricks_[found->second];
}

std::vector<const Field::Brick*> Field::bricks() const {
  std::vector<const Brick*> sorted;
  for (const Brick& b : bricks_) sorted.push_back(&b);
  std::ranges::sort(sorted, [](const Brick* a, const Brick* b) {
    return std::ranges::lexicographical_compare(a->at.rbegin(), a->at.rend(), b->at.rbegin(),
                                                b->at.rend());
  });
  return sorted;
}

void Field::add(const Frustum& f, bool filler) {
  const FrustumDistance distance{f};
  const double length = std::hypot(f.to[0] - f.from[0], f.to[1] - f.from[1], f.to[2] - f.from[2]);
  // A long oblique frustum is walked along in pieces, as the box around it would be mostly empty.
  const double widest = std::max({f.r0, f.r1, 2 * spacing_[0]});
  const double pieces = std::max(1.0, std::ceil(length / (4 * widest)));
  for (double n = 0; n < pieces; ++n) {
    Vec3 low, high;
    for (std::size_t d = 0; d < 3; ++d) {
      const double a = f.from[d] + (f.to[d] - f.from[d]) * n / pieces;
      const double b = f.from[d] + (f.to[d] - f.from[d]) * (n + 1) / pieces;
      const double radius = std::max(f.r0, f.r1) + spacing_[d];  // one node of the outside
      low[d] = std::min(a, b) - radius;
      high[d] = std::max(a, b) + radius;
    }
    add_piece(distance, low, high, f.label, filler);
  }
}

void Field::add_piece(const FrustumDistance& distance, const Vec3& low, const Vec3& high,
                      std::uint32_t label, bool filler) {
  std::array<std::int64_t, 3> first, last, first_brick, last_brick;
  for (std::size_t d = 0; d < 3; ++d) {
    first[d] = static_cast<std::int64_t>(std::floor((low[d] - origin_[d]) / spacing_[d]));
    last[d] = static_cast<std::int64_t>(std::ceil((high[d] - origin_[d]) / spacing_[d]));
    first_brick[d] = floor_divided(first[d]);
    last_brick[d] = floor_divided(last[d]);
  }
  std::array<std::int64_t, 3> at;
  for (at[2] = first_brick[2]; at[2] <= last_brick[2]; ++at[2])
    for (at[1] = first_brick[1]; at[1] <= last_brick[1]; ++at[1])
      for (at[0] = first_brick[0]; at[0] <= last_brick[0]; ++at[0]) {
        Brick& b = brick(at);
        std::array<std::int64_t, 3> from, to;
        for (std::size_t d = 0; d < 3; ++d) {
          from[d] = std::max(first[d], at[d] * side);
          to[d] = std::min(last[d], at[d] * side + side - 1);
        }
        for (std::int64_t k = from[2]; k <= to[2]; ++k)
          for (std::int64_t j = from[1]; j <= to[1]; ++j)
            for (std::int64_t i = from[0]; i <= to[0]; ++i) {
              const auto n =
                  static_cast<std::size_t>((i - at[0] * side) + side * (j - at[1] * side) +
                                           side * side * (k - at[2] * side));
              const auto there =
                  static_cast<float>(distance({origin_[0] + static_cast<double>(i) * spacing_[0],
                                               origin_[1] + static_cast<double>(j) * spacing_[1],
                                               origin_[2] + static_cast<double>(k) * spacing_[2]}));
              if (there >= b.distance[n]) continue;
              if (!filler || b.distance[n] > 0) b.label[n] = label;
              b.distance[n] = there;
            }
      }
}

}  // namespace rxd
