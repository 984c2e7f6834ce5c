// SPDX-License-Identifier: MIT
#include "spike_merger.hpp"

#include <algorithm>

namespace tutti::module {
namespace {

/// Merges without branches on the data: which source rank fires next is not to be guessed.
void merge_two(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b,
               std::uint64_t* to) {
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    const std::uint64_t x = a[i], y = b[j];
    const bool second = y < x;
    *to++ = second ? y : x;
    j += second;
    i += !second;
  }
  to = std::copy(a.begin() + static_cast<std::ptrdiff_t>(i), a.end(), to);
  std::copy(b.begin() + static_cast<std::ptrdiff_t>(j), b.end(), to);
}

bool comes_before(const Spike& a, const Spike& b) {
  return a.time != b.time ? a.time < b.time : a.element < b.element;
}

}  // namespace

Spikes SpikeMerger::merge(const SpikePieces& pieces) {
  if (pieces.spikes.empty()) {
    if (pieces.keys.empty()) return {};
    if (pieces.keys.size() == 1) return {pieces.keys[0].keys, pieces.keys[0].code};
    const auto& code = pieces.keys[0].code;
    if (std::ranges::all_of(pieces.keys, [&](const auto& p) { return p.code == code; }))
      return merge_keys(pieces);
  } else if (pieces.keys.empty() && pieces.spikes.size() == 1) {
    return Spikes{pieces.spikes[0]};
  }
  return merge_spikes(pieces);
}

Spikes SpikeMerger::merge_keys(const SpikePieces& pieces) {
  std::span<const std::uint64_t> done = pieces.keys[0].keys;
  for (std::size_t k = 1; k < pieces.keys.size(); ++k) {
    const auto more = pieces.keys[k].keys;
    other_keys_.resize(done.size() + more.size());
    merge_two(done, more, other_keys_.data());
    keys_.swap(other_keys_);
    done = keys_;
  }
  return {done, pieces.keys[0].code};
}

Spikes SpikeMerger::merge_spikes(const SpikePieces& pieces) {
  spikes_.clear();
  const auto add = [&](auto begin, auto end) {
    other_spikes_.resize(spikes_.size() + static_cast<std::size_t>(end - begin));
    std::merge(spikes_.begin(), spikes_.end(), begin, end, other_spikes_.begin(), comes_before);
    spikes_.swap(other_spikes_);
  };
  for (const auto& piece : pieces.spikes) add(piece.begin(), piece.end());
  for (const auto& piece : pieces.keys) {
    const Spikes unpacked{piece.keys, piece.code};
    add(unpacked.begin(), unpacked.end());
  }
  return Spikes{spikes_};
}

}  // namespace tutti::module
