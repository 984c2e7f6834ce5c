// SPDX-License-Identifier: MIT
#pragma once
#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <vector>

#include "clocks.hpp"
#include "tutti/plan/graph.hpp"
#include "tutti/plan/planner.hpp"
#include "tutti/plan/play.hpp"

/// The best plan by trying all: for graphs of two or three modules, to judge the planner by.
namespace brute_force {

using namespace tutti::plan;

/// Frames per tick of simulated time.
inline double cost(const std::vector<EdgePlan>& plan) {
  double sum = 0.0;
  for (const auto& edge : plan) sum += 1.0 / static_cast<double>(edge.interval.count());
  return sum;
}

/// Wall time over simulated time, from playing 36 hyperperiods with a wall clock beside each
/// module: each alone needs 1, all else costs nothing. Credits are ignored. Requires a plan that
/// runs.
inline double stretch(const Graph& graph, std::vector<EdgePlan> plan) {
  std::int64_t period = 12;
  for (const auto& m : graph.modules) period = std::lcm(period, 12 * m.step.count());
  for (auto& p : plan) {
    period = std::lcm(period, 12 * p.interval.count());
    p.credits = 0;
  }
  const std::size_t n = graph.modules.size();
  std::vector<std::int64_t> free(n, 0);
  std::vector<std::map<std::int64_t, std::int64_t>> reached(n, {{0, 0}}), read(n);
  const auto heard = [&](std::size_t m, std::int64_t t, bool signals) {
    std::int64_t latest = free[m];
    for (std::size_t e = 0; e < graph.edges.size(); ++e) {
      const Edge& edge = graph.edges[e];
      if (edge.to != m || (edge.kind == Kind::signal) != signals) continue;
      const auto needed = needed_until(graph.delivery(e), tutti::time_of(t));
      if (!needed) continue;
      const std::int64_t boundary = tutti::ticks(up(*needed, plan[e].interval));
      latest = std::max(latest, (edge.direct ? read : reached)[edge.from].at(boundary));
    }
    return latest;
  };
  Clocks clocks{graph, plan};
  clocks.play(3 * period, [&](std::size_t m, std::int64_t t, bool advances) {
    free[m] = heard(m, t, !advances);
    if (!advances) {
      read[m][t] = free[m];
      return;
    }
    free[m] += graph.modules[m].step.count();
    reached[m][t + graph.modules[m].step.count()] = free[m];
  });
  double worst = 0.0;
  for (std::size_t m = 0; m < n; ++m)
    worst = std::max(worst, static_cast<double>(reached[m].at(2 * period) - reached[m].at(period)) /
                                static_cast<double>(period));
  return worst;
}

/// Fewest frames, none longer than `cap`, with no more stretch than one-step frames have.
inline std::vector<EdgePlan> cheapest(const Graph& graph, std::int64_t cap) {
  std::vector<EdgePlan> plan = one_step_plan(graph), best = plan;
  const double fastest = stretch(graph, plan);
  const auto try_all = [&](auto&& self, std::size_t e) -> void {
    if (e == plan.size()) {
      if (cost(plan) < cost(best) && !find_deadlock(graph, plan) &&
          stretch(graph, plan) <= fastest * (1 + 1e-12))
        best = plan;
      return;
    }
    const std::int64_t step = graph.modules[graph.edges[e].from].step.count();
    for (std::int64_t i = step; i <= std::max(cap, step); i += step) {
      plan[e].interval = tutti::duration_of(i);
      self(self, e + 1);
    }
  };
  try_all(try_all, 0);
  return best;
}

}  // namespace brute_force
