// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "../transport/index_map.hpp"
#include "projection_kernel.hpp"
#include "tutti/control/messages.hpp"

namespace tutti::module {

/// What stands for "not a number" among fixed-point sums.
inline constexpr std::int64_t no_sum = std::numeric_limits<std::int64_t>::min();

/// The source's half of a projection: takes the samples of one rank, multiplies them in blocks, and
/// gives sums that other ranks' sums can be added to (tutti/projection.hpp).
class Projector {
 public:
  /// Samples that are multiplied together: the matrix is read from memory once for all of them.
  static constexpr std::size_t block = 48;

  /// `pieces`: the matrix as it came, in order; `map`: where its columns are in a sample.
  /// Throws Error{protocol} where these do not fit.
  Projector(std::span<const control::Projection> pieces, transport::IndexMap map);

  std::size_t rows() const { return rows_; }
  /// Samples that wait to be multiplied.
  std::size_t waiting() const { return count_; }
  bool full() const { return count_ == block; }
  /// Takes a sample. Requires !full().
  void add(std::span<const double> sample);
  /// Writes `rows` sums for each waiting sample, and forgets them.
  void write(std::int64_t* sums);

 private:
  std::size_t rows_, padded_rows_, columns_;
  double scale_;                       // 2^fraction_bits
  std::vector<std::uint32_t> groups_;  // columns in each
  std::vector<float> matrix_;          // [column][padded row]
  transport::IndexMap map_;
  AddGroup add_;
  std::vector<float> samples_;  // [sample][column]
  std::size_t count_ = 0;
  std::vector<std::int64_t> sums_;  // [sample][padded row]
};

}  // namespace tutti::module
