// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "tutti/plan/graph.hpp"
#include "tutti/plan/planner.hpp"
#include "tutti/plan/rules.hpp"

namespace tutti::plan {

/// The clocks of all modules and nothing else, with no end of run. A module at T reads its signals,
/// then advances through (T, T + step].
class Clocks {
 public:
  static constexpr std::size_t nothing = static_cast<std::size_t>(-1);

  Clocks(const Graph& graph, const std::vector<EdgePlan>& plan)
      : plan_{plan}, modules_(graph.modules.size()) {
    for (std::size_t m = 0; m < modules_.size(); ++m)
      modules_[m].step = graph.modules[m].step.count();
    for (std::size_t e = 0; e < graph.edges.size(); ++e) {
      const Edge& edge = graph.edges[e];
      edges_.push_back({graph.delivery(e), edge.from, edge.to});
      modules_[edge.to].into.push_back(e);
      if (plan[e].credits > 0) modules_[edge.from].out_of.push_back(e);
    }
  }

  std::int64_t clock(std::size_t module) const { return modules_[module].clock; }
  bool has_read(std::size_t module) const { return modules_[module].has_read; }

  /// The edge that keeps a module from its next act, or `nothing`.
  std::size_t waits_for(std::size_t module) const {
    const State& m = modules_[module];
    for (const std::size_t e : m.into) {
      const Link& link = edges_[e];
      if ((link.rules.kind == Kind::signal) == m.has_read) continue;
      const auto needed = needed_until(link.rules, time_of(m.clock));
      if (needed && said(e) < ticks(*needed)) return e;
    }
    if (!m.has_read) return nothing;
    for (const std::size_t e : m.out_of) {
      const auto release =
          release_needed(edges_[e].rules, plan_[e].interval, plan_[e].credits, time_of(m.clock));
      if (release && modules_[edges_[e].target].clock < ticks(*release)) return e;
    }
    return nothing;
  }

  /// Everybody goes on until nobody can, or all are as close to `limit` ticks as whole steps allow.
  /// `on_act(module, clock, advances)` is told of every act.
  template <typename OnAct>
  void play(std::int64_t limit, OnAct&& on_act) {
    for (bool moved = true; moved;) {
      moved = false;
      for (std::size_t m = 0; m < modules_.size(); ++m) {
        State& state = modules_[m];
        while (!(state.has_read && state.clock + state.step > limit) && waits_for(m) == nothing) {
          on_act(m, state.clock, state.has_read);
          if (state.has_read) state.clock += state.step;
          state.has_read = !state.has_read;
          moved = true;
        }
      }
    }
  }
  void play(std::int64_t limit) {
    play(limit, [](std::size_t, std::int64_t, bool) {});
  }

 private:
  struct State {
    std::int64_t step = 1;
    std::int64_t clock = 0;
    bool has_read = false;
    std::vector<std::size_t> into, out_of;  // edges; out_of only those with credits
  };
  struct Link {
    Delivery rules;
    std::size_t source = 0, target = 0;
  };

  /// How far the frames that have gone out reach.
  std::int64_t said(std::size_t e) const {
    const State& source = modules_[edges_[e].source];
    const bool silent = edges_[e].rules.direct && !source.has_read;
    const std::int64_t clock = silent ? source.clock - source.step : source.clock;
    return clock < 0 ? -1 : clock - clock % plan_[e].interval.count();
  }

  const std::vector<EdgePlan>& plan_;
  std::vector<State> modules_;
  std::vector<Link> edges_;
};

}  // namespace tutti::plan
