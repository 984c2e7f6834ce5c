// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rxd {

/// One piece of cable, as an element table describes it.
struct Segment {
  double length = 0;               ///< [um], along the cable
  double d0 = 0, d1 = 0;           ///< diameters at the near and the far end [um]
  double volume = 0;               ///< [um3]
  double area = 0;                 ///< of the membrane [um2]
  std::ptrdiff_t parent = -1;      ///< index of the parent segment; -1 for a root
  double parent_at = 1;            ///< where on the parent it attaches: 0 near end, 1 far end
  int type = 0;                    ///< SWC type
  std::int64_t cell = 0;           ///< number of its cell
  std::int64_t section = 0;        ///< number of its section
  std::array<double, 3> centre{};  ///< [um]
};

/// A stretch of cable between two points of a tree, in one or two segments.
struct Edge {
  struct Piece {
    std::size_t segment = 0;
    double resistance = 0;  ///< integral of dx / cross-section [1/um]
    double length = 0;      ///< [um]
  };
  std::array<Piece, 2> piece{};
  std::size_t pieces = 0;
};

/// A point of a tree: the middle of a segment, which has a volume, or a branch point, which has
/// none.
struct Point {
  static constexpr std::ptrdiff_t none = -1;
  std::ptrdiff_t segment = none;  ///< none for a branch point
  std::ptrdiff_t parent = none;   ///< always a smaller index; none for a root
  Edge edge;                      ///< to the parent
};

/// One tree of points in an order in which parents precede their children (Hines 1984). Points of a
/// chain follow each other, so that the parent of most points is the point before.
struct Tree {
  std::vector<Point> points;
  std::vector<std::size_t>
      point_of;  ///< the point of each segment, by index into the tree's segments
  /// Of centred(): the neighbour of each segment's point towards the segment's parent, or none.
  std::vector<std::ptrdiff_t> near;
};

/// Splits segments into connected trees: for each, the segments it holds, ascending.
/// Throws Error on a parent that does not exist and on a loop.
std::vector<std::vector<std::size_t>> split_trees(std::span<const Segment> segments);

/// The points of one tree. `segments` holds the tree and nothing else; `parent` counts within it.
/// The half of a frustum from end to middle conducts as the frustum it is; where segments meet
/// there is a point without volume in which the fluxes add up to zero, and where just two meet they
/// are joined in series. Throws Error on a segment without length, diameter or volume.
Tree build_tree(std::span<const Segment> segments);

/// The same tree grown from its centre, level by level: neighbours in this order do not wait for
/// each other when equations are eliminated, which is worth a factor of two and more.
Tree centred(const Tree& tree);

}  // namespace rxd
