// SPDX-License-Identifier: MIT
#include "spike_player.hpp"

namespace player {

Share share_of(std::uint64_t total, int rank, int ranks) {
  const auto n = static_cast<std::uint64_t>(ranks);
  const auto i = static_cast<std::uint64_t>(rank);
  const std::uint64_t each = total / n;
  const std::uint64_t rest = total % n;  // the first `rest` ranks have one more
  const std::uint64_t first = i * each + std::min(i, rest);
  return {first, each + (i < rest ? 1 : 0)};
}

SpikePlayer::SpikePlayer(const std::vector<SpikeRecipe>& recipes, std::uint64_t seed,
                         std::uint64_t stream, Share share) {
  std::uint64_t first = 0;
  for (const SpikeRecipe& recipe : recipes) {
    const std::uint64_t end = first + recipe.number();
    const std::uint64_t begin = std::max(first, share.first);
    for (std::uint64_t element = begin; element < std::min(end, share.first + share.count);
         ++element)
      voices_.push_back({element, Train{recipe, seed, stream, element - first, element}});
    first = end;
  }
  for (std::size_t train = 0; train < voices_.size(); ++train) refill(train);
}

void SpikePlayer::refill(std::size_t train) {
  Voice& voice = voices_[train];
  if (const auto spike = voice.train.next())
    queue_.push({spike->time, voice.element, spike->weight, train});
}

}  // namespace player
