// SPDX-License-Identifier: MIT
#include "tutti/plan/planner.hpp"

#include <algorithm>
#include <numeric>

#include "components.hpp"
#include "credits.hpp"
#include "intervals.hpp"
#include "refusals.hpp"
#include "slack.hpp"
#include "sums.hpp"
#include "turns.hpp"
#include "wide.hpp"

namespace tutti::plan {
namespace {

/// The longest frame that latency, buffer and the end of the run allow: whole source steps.
Duration longest_interval(const Graph& graph, const Edge& edge, const Limits& limits) {
  const Duration step = graph.modules[edge.from].step;
  Duration longest = std::min(edge.latency.value_or(limits.latency), graph.stop);
  if (edge.bytes_per_step > 0.0) {
    const double steps =
        limits.buffer_bytes / (edge.bytes_per_step * static_cast<double>(limits.least_credits));
    const double ticks = steps * static_cast<double>(step.count());
    if (ticks < static_cast<double>(longest.count()))
      longest = Duration{static_cast<std::int64_t>(ticks)};
  }
  return std::max(longest - longest % step, step);
}

/// Plans a component that runs: its intervals go into `plan`, what people want to know into a
/// LoopSet.
LoopSet plan_loops(const Graph& graph, const Component& component, Proof proof, Plan& plan) {
  LoopSet loops{component.modules, component.edges, proof, {}, {}, {}};
  const Graph part = part_of(graph, component);
  std::vector<Duration> intervals, longest;
  for (const std::size_t e : component.edges) {
    intervals.push_back(graph.modules[graph.edges[e].from].step);
    longest.push_back(plan.edges[e].interval);
  }
  if (proof == Proof::sum) {
    if (const auto pace = best_pace(part, intervals)) {
      intervals = loop_intervals(part, longest, *pace);
      loops.stretch = pace->value();
    }
    if (auto tightest = tightest_loop(part)) {
      loops.slack = tightest->slack;
      for (const std::size_t e : tightest->edges) loops.tightest.push_back(component.edges[e]);
    }
  }
  for (std::size_t k = 0; k < intervals.size(); ++k) {
    plan.edges[component.edges[k]].interval = intervals[k];
    plan.edges[component.edges[k]].in_loop = true;
  }
  return loops;
}

}  // namespace

bool proven(const Graph& graph, const std::vector<EdgePlan>& plan) {
  std::vector<Duration> intervals;
  for (const EdgePlan& edge : plan) intervals.push_back(edge.interval);
  auto arcs = waiting_arcs(graph, intervals, std::vector<bool>(plan.size(), true));
  for (std::size_t e = 0; e < plan.size(); ++e) {
    if (plan[e].credits == 0) continue;
    const Edge& edge = graph.edges[e];
    const Wide weight = credit_lead(graph.delivery(e), plan[e].interval,
                                    plan[e].credits - plan[e].credit_batch + 1);
    arcs.push_back({about_to_advance(edge.from), about_to_read(edge.to), weight, e});
    arcs.push_back({about_to_advance(edge.from), about_to_advance(edge.to), weight, e});
  }
  const std::size_t nodes = 2 * graph.modules.size();
  make_strict(nodes, arcs);
  return longest_ways(nodes, arcs).bounded();
}

Planned make_plan(const Graph& graph, const Limits& limits) {
  Planned result;
  result.mistakes = find_mistakes(graph);
  if (!result.mistakes.empty()) return result;
  Plan& plan = result.plan;
  std::int64_t grid = 0;
  for (std::size_t m = 0; m < graph.modules.size(); ++m) {
    grid = std::gcd(grid, graph.modules[m].step.count());
    plan.ends.push_back(graph.end_of(m));
  }
  plan.grid = Duration{std::max<std::int64_t>(grid, 1)};
  for (const Edge& edge : graph.edges)
    plan.edges.push_back({longest_interval(graph, edge, limits), 0, 1, false, 0.0});

  std::vector<Component> played;
  for (const Component& component : looped_components(graph)) {
    const Verdict verdict = judge(part_of(graph, component), limits);
    if (!verdict.runs) {
      result.refusals.push_back(refuse(graph, component, limits));
      continue;
    }
    if (verdict.proof == Proof::played) played.push_back(component);
    plan.loops.push_back(plan_loops(graph, component, verdict.proof, plan));
  }
  if (!result.runs()) return result;
  plan_credits(graph, limits, played, plan.edges);
  return result;
}

}  // namespace tutti::plan
