// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "voxels/frustum.hpp"

namespace rxd {

/// Distance from the surface of a union of frusta, sampled on a grid of nodes near and inside it.
///
/// Nodes are kept in bricks of 8 x 8 x 8, made where a frustum is near; so a neuron in a large box
/// costs no more than what it fills.
class Field {
 public:
  static constexpr std::int64_t side = 8;
  static constexpr std::size_t nodes = 512;
  struct Brick {
    std::array<std::int64_t, 3> at{};  ///< its lowest node, divided by side
    std::vector<float> distance;       ///< [nodes], first axis fastest [um]
    std::vector<std::uint32_t> label;  ///< likewise, of the frustum that is nearest
  };

  /// Node (i, j, k) is at origin + (i, j, k) spacing.
  Field(const Vec3& origin, const Vec3& spacing) : origin_{origin}, spacing_{spacing} {}

  /// Unites with one more frustum. A filler gives its label only to what nothing else holds.
  void add(const Frustum& frustum, bool filler = false);
  /// Bricks in the order of the third, second and first axis.
  std::vector<const Brick*> bricks() const;
  /// The brick at these coordinates, or nullptr: there everything is outside.
  const Brick* find(const std::array<std::int64_t, 3>& at) const;

 private:
  void add_piece(const FrustumDistance& distance, const Vec3& low, const Vec3& high,
                 std::uint32_t label, bool filler);
  Brick& brick(const std::array<std::int64_t, 3>& at);

  Vec3 origin_, spacing_;
  std::vector<Brick> bricks_;
  std::unordered_map<std::uint64_t, std::size_t> number_;  // never walked through
};

}  // namespace rxd
