// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <vector>

#include "inlets.hpp"
#include "tutti/spikes.hpp"

namespace tutti::module {

/// Makes one sorted range of the pieces that a window takes. Owns the memory where they had to be
/// merged.
class SpikeMerger {
 public:
  /// By (arrival, element); equal ones in the order of the pieces. Valid until the next call, and
  /// as long as the pieces.
  Spikes merge(const SpikePieces& pieces);

 private:
  Spikes merge_keys(const SpikePieces& pieces);
  Spikes merge_spikes(const SpikePieces& pieces);

  std::vector<std::uint64_t> keys_, other_keys_;
  std::vector<Spike> spikes_, other_spikes_;
};

}  // namespace tutti::module
