// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "../transport/index_map.hpp"
#include "large_array.hpp"
#include "projection_kernel.hpp"
#include "tutti/control/messages.hpp"
#include "tutti/ports.hpp"

namespace tutti::module {

/// What stands for "not a number" among fixed-point sums.
inline constexpr std::int64_t no_sum = std::numeric_limits<std::int64_t>::min();

/// The source's half of a projection: takes the samples of one rank, multiplies them in blocks, and
/// gives sums that other ranks' sums can be added to (tutti/projection.hpp).
class Projector {
 public:
  /// Samples that are multiplied together: the matrix, which fits no cache, is read from memory
  /// once for all of them. Room for 10 ms of a signal every 0.1 ms, the usual frame.
  static constexpr std::size_t block = 17 * kernel_samples;

  /// `pieces`: the matrix as it came, in order; `map`: where its columns are in a sample.
  /// Throws Error{protocol} where these do not fit.
  Projector(std::span<const control::Projection> pieces, transport::IndexMap map);

  std::size_t rows() const { return rows_; }
  /// Samples that wait to be written, skipped ones included.
  std::size_t waiting() const { return waiting_; }
  /// There is no room for another sample.
  bool full() const { return places_.size() == block; }
  /// Takes a sample. Requires !full().
  void add(std::span<const double> sample);
  /// The places of the next sample, run by run; false where a sample must come whole. They hold
  /// until add_draft(), which takes it, or any other call that changes something.
  bool draft(std::vector<SignalOutput::Run>& runs);
  void add_draft() { places_.push_back(waiting_++); }
  /// Nobody reads this one: its sums are 0 and cost nothing.
  void skip() { ++waiting_; }
  /// Writes `rows` sums for each waiting sample, and forgets them.
  void write(std::int64_t* sums);

 private:
  std::size_t rows_, padded_rows_, columns_;
  double scale_;                       // 2^fraction_bits
  std::vector<std::uint32_t> groups_;  // columns in each
  LargeArray matrix_;                  // [column][padded row]
  transport::IndexMap map_;
  AddGroup add_;
  LargeArray samples_;  // group by group, so that each is read in one go: [sample][column]
  std::vector<std::size_t> places_;  // of samples_ among those that wait
  std::size_t waiting_ = 0;
  std::vector<std::int64_t> sums_;  // [sample][padded row]
  std::vector<std::uint8_t> lost_;  // likewise
};

}  // namespace tutti::module
