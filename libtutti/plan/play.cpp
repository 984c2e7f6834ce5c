// SPDX-License-Identifier: MIT
#include "tutti/plan/play.hpp"

#include <algorithm>
#include <limits>

#include "clocks.hpp"
#include "wide.hpp"

namespace tutti::plan {
namespace {

/// One hyperperiod and its run-in: after that, whatever happens has happened before.
struct Horizon {
  Wide period = 1;
  Wide run_in = 0;
};

Horizon horizon_of(const Graph& graph, const std::vector<EdgePlan>& plan) {
  Horizon h;
  std::int64_t period = 1;
  for (const auto& module : graph.modules) {
    period = saturating_lcm(period, module.step.count());
    h.run_in += wide(module.step);
  }
  for (std::size_t e = 0; e < plan.size(); ++e) {
    period = saturating_lcm(period, plan[e].interval.count());
    h.run_in += wide(plan[e].interval) + (plan[e].credits > 0 ? wide(graph.edges[e].delay) : 0);
  }
  h.period = period;
  return h;
}

}  // namespace

double hyperperiod_steps(const Graph& graph, const std::vector<EdgePlan>& plan) {
  const Horizon h = horizon_of(graph, plan);
  if (2 * (h.period + h.run_in) > longest_ticks) return std::numeric_limits<double>::infinity();
  double total = 0.0;
  for (const auto& module : graph.modules)
    total += static_cast<double>(h.period + h.run_in) / static_cast<double>(module.step.count());
  return total;
}

std::optional<std::vector<std::size_t>> find_deadlock(const Graph& graph,
                                                      const std::vector<EdgePlan>& plan) {
  const Horizon h = horizon_of(graph, plan);
  const auto horizon = static_cast<std::int64_t>(h.period + h.run_in);
  Clocks clocks{graph, plan};
  clocks.play(2 * horizon);
  std::size_t here = 0;
  while (here < graph.modules.size() && clocks.clock(here) >= horizon) ++here;
  if (here == graph.modules.size()) return std::nullopt;
  // who waits for whom, until somebody comes again
  std::vector<std::size_t> path, edge_of(graph.modules.size(), Clocks::nothing);
  while (edge_of[here] == Clocks::nothing) {
    const std::size_t e = clocks.waits_for(here);
    edge_of[here] = e;
    path.push_back(here);
    here = graph.edges[e].to == here ? graph.edges[e].from : graph.edges[e].to;
  }
  std::vector<std::size_t> loop;
  for (auto m = path.rbegin();; ++m) {
    loop.push_back(edge_of[*m]);
    if (*m == here) return loop;
  }
}

std::vector<EdgePlan> one_step_plan(const Graph& graph) {
  std::vector<EdgePlan> plan(graph.edges.size());
  for (std::size_t e = 0; e < plan.size(); ++e)
    plan[e] = {graph.modules[graph.edges[e].from].step, 0, 1, false, 0.0};
  return plan;
}

}  // namespace tutti::plan
