// SPDX-License-Identifier: MIT
#pragma once
#include <compare>
#include <cstdint>

#include "tutti/time.hpp"

/// In which order a window takes what arrived in it: a function of the model alone, never of
/// ranks, frames or the order of arrival at a socket.
namespace tutti::plan {

/// Where a spike stands: by arrival, element at the target (offset added), order sent. An element
/// lives on one rank, so that the last number is that rank's own count.
struct SpikePlace {
  Time arrival;
  std::int64_t element = 0;
  std::uint64_t sent = 0;
  friend constexpr auto operator<=>(const SpikePlace&, const SpikePlace&) = default;
};

/// Where a message stands: by arrival, source port (numbered in bytewise order of "module.port"),
/// source rank, order sent.
struct MessagePlace {
  Time arrival;
  std::int64_t port = 0;
  std::int64_t rank = 0;
  std::uint64_t sent = 0;
  friend constexpr auto operator<=>(const MessagePlace&, const MessagePlace&) = default;
};

}  // namespace tutti::plan
