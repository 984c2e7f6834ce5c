// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "forward/geometry.hpp"
#include "forward/medium.hpp"
#include "forward/source.hpp"

namespace lfp {

/// All segments of a model in one medium, laid out so that their transfer to an electrode is one
/// loop over arrays: a matrix has millions of elements.
class Sources {
 public:
  /// Throws std::invalid_argument where the medium is not one (Medium::check).
  Sources(std::span<const Segment> segments, const Medium& medium, Method method);

  std::size_t size() const { return extent_.size(); }
  /// Writes the potential at an electrode, at its position or the mean over its disc, of 1 nA that
  /// leaves each segment [mV/nA]. Requires one value per segment.
  void at(const Electrode& electrode, std::span<double> row) const;
  /// Adds `weight` times the potential at `place` to each value.
  void add_at(Point place, double weight, std::span<double> row) const;

 private:
  struct Spot {
    std::size_t segment;
    Point middle;
    double radius;
  };

  void add(Point target, double weight, std::span<double> row) const;

  IsotropicFrame frame_;
  std::vector<Image> images_;
  // Lines, in the frame's coordinates: start, direction, length, least squared distance from the
  // axis, and what the logarithm is multiplied by: 0 where the segment is a point.
  std::vector<double> x_, y_, z_, along_x_, along_y_, along_z_, extent_, nearest_, factor_;
  std::vector<Spot> points_;
};

}  // namespace lfp
