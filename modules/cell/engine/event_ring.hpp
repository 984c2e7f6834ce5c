// SPDX-License-Identifier: MIT
#pragma once
#include <algorithm>
#include <cassert>
#include <cstdint>
#include <tuple>
#include <vector>

#include "engine/kernel.hpp"

namespace cell::engine {

/// Events by the step that takes them, as a ring that grows with the longest delay.
class EventRing {
 public:
  /// Requires step >= the next step to take.
  void add(std::int64_t step, const Event& event) {
    assert(step >= next_);
    while (step - next_ >= static_cast<std::int64_t>(ring_.size())) grow();
    bucket(step).push_back(event);
  }

  /// The events of the next step, in an order that depends on nothing but themselves: rounding in
  /// their sum must not depend on who sent first. Valid until the following call.
  const std::vector<Event>& take() {
    taken_.clear();
    if (!ring_.empty()) std::swap(taken_, bucket(next_));
    ++next_;
    std::ranges::sort(taken_, {}, [](const Event& e) {
      return std::tuple{e.slot, e.lane, e.weight_uS};
    });
    return taken_;
  }

  /// Calls f(steps ahead of the next one to take, event) with all that waits.
  template <typename F>
  void for_each(F&& f) {
    for (std::size_t k = 0; k < ring_.size(); ++k)
      for (const Event& event : bucket(next_ + static_cast<std::int64_t>(k)))
        f(static_cast<std::int64_t>(k), event);
  }
  /// Forgets everything; `step` is the next to take.
  void restart(std::int64_t step) {
    ring_.clear();
    next_ = step;
  }

 private:
  std::vector<Event>& bucket(std::int64_t step) {
    return ring_[static_cast<std::size_t>(step) & (ring_.size() - 1)];
  }
  void grow() {
    std::vector<std::vector<Event>> wider(std::max<std::size_t>(64, 2 * ring_.size()));
    for (std::size_t k = 0; k < ring_.size(); ++k) {
      const std::int64_t step = next_ + static_cast<std::int64_t>(k);
      wider[static_cast<std::size_t>(step) & (wider.size() - 1)] = std::move(bucket(step));
    }
    ring_ = std::move(wider);
  }

  std::vector<std::vector<Event>> ring_;  // a power of two of them
  std::vector<Event> taken_;
  std::int64_t next_ = 0;
};

}  // namespace cell::engine
