// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>

#include "tutti/time.hpp"

/// What SpikeOutput::send needs at hand so that a spike costs about a nanosecond: part of the
/// library's inside that has to be inline.
namespace tutti::module {

/// Writes the keys of one target rank (SpikeCode) into the frame that is being filled. Before the
/// first key lies a 0.
struct SpikePen {
  static constexpr std::size_t ahead = 64;  // [keys]

  std::uint64_t* next = nullptr;
  std::uint64_t* limit = nullptr;
  std::int64_t begin = 0;  ///< [ticks] of the frame
  std::uint64_t base = 0;
  unsigned element_bits = 0;
  bool unsorted = false;  ///< A key was smaller than the one before.

  void write(std::uint64_t element, std::int64_t tick) {
    const auto key = static_cast<std::uint64_t>(tick - begin) << element_bits | (element - base);
    if (key < next[-1]) [[unlikely]]
      unsorted = true;
    *next++ = key;
  }
};

/// Which pen writes the spikes of an element, where that is exactly one.
struct SpikeDesk {
  std::uint64_t low = 0, span = 0;       ///< Elements low … low + span - 1 are in the table.
  const std::uint8_t* pen_of = nullptr;  ///< 0: whoever sends it has to look closer; else pen + 1.
  SpikePen* pens = nullptr;
  std::int64_t after = 0, until = 0;  ///< [ticks] The open window, (after, until].

  /// Writes a spike if it is one of the simple ones.
  bool write(std::uint64_t element, Time t) {
    const auto place = element - low;
    const auto tick = ticks(t);
    if (place >= span || tick <= after || tick > until) return false;
    const auto which = pen_of[place];
    if (which == 0) return false;
    SpikePen& pen = pens[which - 1];
    if (pen.next == pen.limit) return false;
    pen.write(element, tick);
    return true;
  }
};

}  // namespace tutti::module
