// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "point/intfire.hpp"

namespace cell::point {

/// A spike at an instant of any value.
struct TimedSpike {
  std::uint64_t source = 0;
  Ticks time = 0;
  friend auto operator<=>(const TimedSpike&, const TimedSpike&) = default;
};

/// Event-driven neurons with what arrives at them. As delays are at least as long as a stretch of
/// advance(), everything that arrives in it is known at its start, so each neuron goes through its
/// own inputs alone and no queue of events is shared.
class EventNetwork {
 public:
  /// Neurons whose places follow those added before; returns the first place.
  std::size_t add(const Model& model, const Values& values, std::vector<std::uint64_t> gids);
  std::size_t count() const { return gids_.size(); }

  /// One thing on its way to a neuron.
  void arrive(std::size_t neuron, Ticks time, double weight) {
    waiting_.push_back({time, static_cast<std::uint32_t>(neuron), weight});
  }
  /// Advances to `until`; the firings since, by (time, gid).
  std::span<const TimedSpike> advance(Ticks until);
  /// Saves or finds each neuron with what is under way to it, as entries "events" by gid.
  void visit(tutti::State& state);

 private:
  struct Arrival {
    Ticks time;
    std::uint32_t neuron;
    double weight;
  };
  struct Group {
    std::size_t first, count;
    std::unique_ptr<EventNeurons> neurons;
  };
  void advance(Group& group, std::span<const Arrival> arrivals, Ticks until);

  std::vector<Group> groups_;
  std::vector<std::uint64_t> gids_;
  std::vector<Arrival> waiting_, now_;
  std::vector<TimedSpike> fired_;
};

}  // namespace cell::point
