// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tutti {

/// A matrix that the sources of a signal input apply before they send, so that `rows` values travel
/// instead of the elements (docs/adr/0012): electrodes instead of segments.
///
/// Elements that follow each other and have the same group are added up as float32, element after
/// element; these sums are rounded to multiples of 2^-fraction_bits (of row · the input's unit) and
/// added as integers. So the result is the same bits for any number of ranks and on any instruction
/// set, as long as all elements of a group are on one rank.
struct Projection {
  std::size_t rows = 0;
  /// By element of the input's wanted elements: its `rows` factors, one element after the other.
  std::vector<float> values;
  /// By element: the cell it belongs to, say. Empty: each element for itself.
  std::vector<std::int64_t> groups;
  /// One group's sum must stay below 2^(51 - fraction_bits); one that does not, or is no number,
  /// makes the value of that row and sample not a number.
  int fraction_bits = 40;
};

}  // namespace tutti
