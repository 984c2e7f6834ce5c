// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace lfp {

/// Factors on the membrane currents of all segments, one row for each value that is wanted. A row's
/// sum has an order that depends on the number of segments alone, so that rows may be spread over
/// processes in any way.
class Rows {
 public:
  /// `count`: how many rows there will be, where that is known.
  explicit Rows(std::size_t segments, std::size_t count = 0) : segments_{segments} {
    values_.reserve(segments * count);
  }

  std::size_t segments() const { return segments_; }
  std::size_t count() const { return segments_ == 0 ? 0 : values_.size() / segments_; }
  std::span<const double> row(std::size_t k) const {
    return {values_.data() + k * segments_, segments_};
  }
  /// Adds a row. Requires one factor per segment.
  void add(std::span<const double> factors);
  /// Writes each row times `current` of every segment. Requires spans of segments() and count().
  void apply(std::span<const double> current, std::span<double> values) const;

 private:
  std::size_t segments_;
  std::vector<double> values_;  // rows × segments
};

}  // namespace lfp
