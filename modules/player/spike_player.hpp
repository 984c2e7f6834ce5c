// SPDX-License-Identifier: MIT
#pragma once
#include <queue>
#include <tuple>

#include "spike_recipe.hpp"

namespace player {

/// A stretch of consecutive elements: what one rank plays.
struct Share {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
};

/// The share of `rank` of `ranks` when `total` elements are dealt in blocks of nearly equal size.
Share share_of(std::uint64_t total, int rank, int ranks);

/// Plays the trains of a share of a spike port's elements, window by window. The populations follow
/// each other in the order of the recipes: element numbers count through all of them.
class SpikePlayer {
 public:
  SpikePlayer(const std::vector<SpikeRecipe>& recipes, std::uint64_t seed, std::uint64_t stream,
              Share share);

  /// Calls `send(element, time, weight)` for each spike of the window, ordered by (time, element).
  template <typename Send>
  void play(tutti::Window window, Send&& send) {
    while (!queue_.empty() && queue_.top().time <= window.end) {
      const Next next = queue_.top();
      queue_.pop();
      send(next.element, next.time, next.weight);
      ++played_;
      refill(next.train);
    }
  }

  /// Spikes so far.
  std::uint64_t played() const { return played_; }

 private:
  struct Next {
    Time time{};
    std::uint64_t element = 0;
    double weight = 1;
    std::size_t train = 0;
    friend bool operator>(const Next& a, const Next& b) {
      return std::tie(a.time, a.element) > std::tie(b.time, b.element);
    }
  };
  struct Voice {
    std::uint64_t element;
    Train train;
  };
  void refill(std::size_t train);

  std::vector<Voice> voices_;
  std::priority_queue<Next, std::vector<Next>, std::greater<>> queue_;
  std::uint64_t played_ = 0;
};

}  // namespace player
