// SPDX-License-Identifier: MIT
#pragma once
#include <deque>
#include <optional>

#include "stream.hpp"

namespace viewer {

/// What has come of one stream, as much as `budget` bytes hold: the oldest goes first.
class History {
 public:
  explicit History(std::size_t budget) : budget_{budget} {}

  /// Adds what followed. `block.index` is set here.
  void add(Block block);
  /// What there is in (after, until], oldest first, at most about `most` values; nothing where
  /// nothing is new. `index` of the block says how many spikes or samples came before it, so that
  /// who was too late knows how many are gone.
  std::optional<Block> read(Time after, Time until, std::size_t most) const;

  std::size_t bytes() const { return bytes_; }

 private:
  std::size_t budget_, bytes_ = 0;
  std::uint64_t next_index_ = 0;
  std::deque<Block> blocks_;
};

}  // namespace viewer
