// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <limits>
#include <numeric>

#include "tutti/time.hpp"

/// Exact arithmetic on ticks: 128 bits, so that sums and products of times cannot overflow.
namespace tutti::plan {

__extension__ using Wide = __int128;

/// No time of a plan is longer (26 days): sums of a few still fit 64 bits.
inline constexpr std::int64_t longest_ticks = std::int64_t{1} << 61;

constexpr Wide wide(Duration d) { return d.count(); }

/// Rounded down, or up, to a multiple of grid > 0; right for negative values, too.
constexpr Wide floor_to(Wide value, Wide grid) {
  const Wide rest = value % grid;
  return value - (rest < 0 ? rest + grid : rest);
}
constexpr Wide ceil_to(Wide value, Wide grid) { return -floor_to(-value, grid); }

/// The least common multiple, or `longest_ticks` + 1 where it is longer than that. Requires a, b >
/// 0.
constexpr std::int64_t saturating_lcm(std::int64_t a, std::int64_t b) {
  const Wide result = Wide{a / std::gcd(a, b)} * b;
  return result > longest_ticks ? longest_ticks + 1 : static_cast<std::int64_t>(result);
}

}  // namespace tutti::plan
