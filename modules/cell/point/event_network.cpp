// SPDX-License-Identifier: MIT
#include "point/event_network.hpp"

#include <algorithm>
#include <tuple>

namespace cell::point {

std::size_t EventNetwork::add(const Model& model, const Values& values,
                              std::vector<std::uint64_t> gids) {
  const auto first = gids_.size();
  groups_.push_back({first, gids.size(), make_event_neurons(model, values, gids.size())});
  gids_.insert(gids_.end(), gids.begin(), gids.end());
  return first;
}

void EventNetwork::advance(Group& group, std::span<const Arrival> arrivals, Ticks until) {
  std::vector<Ticks> times;
  std::size_t k = 0;
  for (std::size_t i = 0; i < group.count; ++i) {
    times.clear();
    const auto place = group.first + i;
    while (k < arrivals.size() && arrivals[k].neuron == place) {
      const Ticks instant = arrivals[k].time;
      double excitation = 0, inhibition = 0;
      for (; k < arrivals.size() && arrivals[k].neuron == place && arrivals[k].time == instant; ++k)
        (arrivals[k].weight > 0 ? excitation : inhibition) += arrivals[k].weight;
      group.neurons->advance(i, instant, times);
      group.neurons->receive(i, excitation, inhibition, times);
    }
    group.neurons->advance(i, until, times);
    for (const auto t : times) fired_.push_back({gids_[place], t});
  }
}

std::span<const TimedSpike> EventNetwork::advance(Ticks until) {
  fired_.clear(), now_.clear();
  const auto later = std::partition(waiting_.begin(), waiting_.end(),
                                    [&](const Arrival& a) { return a.time > until; });
  now_.assign(later, waiting_.end());
  waiting_.erase(later, waiting_.end());
  // the weight is part of the order, so that sums do not depend on who delivered first
  std::ranges::sort(now_, {}, [](const Arrival& a) {
    return std::tuple{a.neuron, a.time, a.weight};
  });
  std::span<const Arrival> rest{now_};
  for (auto& group : groups_) {
    const auto end = std::ranges::lower_bound(rest, group.first + group.count, {},
                                              [](const auto& a) { return std::size_t{a.neuron}; });
    const auto mine = static_cast<std::size_t>(end - rest.begin());
    advance(group, rest.first(mine), until);
    rest = rest.subspan(mine);
  }
  std::ranges::sort(fired_, {}, [](const TimedSpike& s) { return std::pair{s.time, s.source}; });
  return fired_;
}

void EventNetwork::visit(tutti::State& state) {
  struct Coming {
    Ticks time;
    double weight;
  };
  std::vector<std::vector<Coming>> coming(gids_.size());
  for (const auto& a : waiting_) coming[a.neuron].push_back({a.time, a.weight});
  if (!state.saving()) waiting_.clear();
  for (auto& group : groups_)
    for (std::size_t i = 0; i < group.count; ++i) {
      const auto place = group.first + i;
      state.entry("events", gids_[place], [&](tutti::Fields& fields) {
        group.neurons->visit(fields, i);
        fields(coming[place]);
      });
      if (!state.saving())
        for (const auto& one : coming[place]) arrive(place, one.time, one.weight);
    }
}

}  // namespace cell::point
