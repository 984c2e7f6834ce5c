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

/// A block of samples and what it is to be multiplied by.
struct Factors {
  const float* matrix;   ///< [column][row]
  const float* samples;  ///< [sample][column]
  std::size_t columns;
  std::size_t rows;  ///< A multiple of kernel_rows.
  double scale;      ///< Sums are rounded to integers after multiplication by it.
};

/// Adds to `sums` [sample][row], of `count` samples, the part that `size` columns from `first` on
/// have. A part that is no number or as large as 2^51 makes the sum `no_sum`, for good.
///
/// Every element is one chain of float32 products and sums in the order of columns, each pair
/// rounded once: the same bits on every instruction set, whatever else is in the block.
using AddGroup = void (*)(const Factors& factors, std::size_t first, std::size_t size,
                          std::size_t count, std::int64_t* sums);

/// That function for "avx512", "avx2" or "x86-64"; null where this processor lacks it.
AddGroup add_group_for(std::string_view isa);
/// The fastest one here.
AddGroup add_group();

}  // namespace tutti::module
