// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <map>
#include <string>

#include "reader.hpp"

namespace tutti::gateway {

/// One wish of an observer, and how far it is followed.
struct Subscription {
  std::uint32_t stream = 0;
  Reader reader;
  Elements elements;
  tap::Stream answer;  ///< Without its table.
  bool told = false;   ///< The answer is out: batches may follow.
  std::uint64_t sequence = 0;
};

/// Somebody who looks on.
struct Observer {
  std::string name;
  double heard_s = 0;
  bool welcomed = false;
  std::uint64_t dropped = 0;  ///< Words that it was too slow for.
  double allowance = 0;       ///< Bytes that it may be sent; not more while it is below 0.
  double counted_s = 0;       ///< When that was reckoned last.
  std::map<std::uint32_t, Subscription> subscriptions;
};

}  // namespace tutti::gateway
