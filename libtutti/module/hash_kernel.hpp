// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tutti::module {

/// The sum, modulo 2^64, of the marks of `count` values of one instant (plan::mix), whose elements
/// are `first`, `first + stride` and so on. `instant`: the instant, mixed in.
using MarkValues = std::uint64_t (*)(std::uint64_t instant, std::uint64_t first,
                                     std::uint64_t stride, const double* values, std::size_t count);

/// That function for "avx512" or "x86-64"; null where this processor lacks it. Whole numbers: the
/// same bits from both.
MarkValues mark_values_for(std::string_view isa);
/// The fastest one here.
MarkValues mark_values();

}  // namespace tutti::module
