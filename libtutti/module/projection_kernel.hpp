// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tutti::module {

/// Rows of a matrix are padded to a multiple of this.
inline constexpr std::size_t kernel_rows = 16;
/// Samples are multiplied in groups of this; there is room for a whole multiple of it.
inline constexpr std::size_t kernel_samples = 6;

/// The columns of one group, and what they are multiplied by.
struct Group {
  const float* matrix;   ///< [column][row]
  const float* samples;  ///< [sample][column], of this group's columns alone
  std::size_t size;      ///< Columns.
  /// Numbers of the two that the next group has behind these: they are fetched from memory while
  /// this group is multiplied.
  std::size_t ahead_matrix = 0, ahead_samples = 0;
  std::size_t room = 0;  ///< Numbers from these samples to the next group's.
};

/// Where sums are kept, [sample][row] both.
struct Totals {
  std::int64_t* sums;
  std::uint8_t* lost;  ///< 1 where a part was no number or too large; such a sum means nothing.
};

/// Adds to the sums of `count` samples the part that a group has, times `scale` and rounded to
/// integers. Requires `rows`, a multiple of kernel_rows, and room for samples and totals up to a
/// multiple of kernel_samples. A part that is no number, or 2^51 and more, makes its sum lost.
///
/// Every part is one chain of float32 products and sums in the order of columns, each pair
/// rounded once: the same bits on every instruction set, whatever else is in the block.
using AddGroup = void (*)(const Group& group, std::size_t rows, double scale, std::size_t count,
                          const Totals& totals);

/// That function for "avx512", "avx2" or "x86-64"; null where this processor lacks it.
AddGroup add_group_for(std::string_view isa);
/// The fastest one here.
AddGroup add_group();

}  // namespace tutti::module
