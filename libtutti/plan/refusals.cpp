// SPDX-License-Identifier: MIT
#include "refusals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "sums.hpp"
#include "tutti/plan/play.hpp"
#include "wide.hpp"

namespace tutti::plan {
namespace {

/// The loop of edges where the sums of one-step frames reach 0, or none.
std::vector<std::size_t> loop_of_sums(const Graph& part) {
  std::vector<Duration> intervals;
  for (const Edge& edge : part.edges) intervals.push_back(part.modules[edge.from].step);
  const std::size_t nodes = 2 * part.modules.size();
  auto arcs = waiting_arcs(part, intervals, std::vector<bool>(part.edges.size(), true));
  make_strict(nodes, arcs);
  std::vector<std::size_t> loop;
  for (const std::size_t a : longest_ways(nodes, arcs).positive_loop) loop.push_back(arcs[a].edge);
  std::ranges::reverse(loop);  // arcs go from who waits to whom; data goes the other way
  return loop;
}

/// For each edge the smallest delay, in multiples of the gcd of its steps, that makes `part` run.
std::vector<std::optional<Duration>> mends(Graph part, const Limits& limits) {
  std::vector<std::optional<Duration>> result;
  Wide reach = 0;
  for (const auto& module : part.modules) reach += wide(module.step);
  for (Edge& edge : part.edges) {
    const Duration old = edge.delay;
    const Wide grid =
        std::gcd(part.modules[edge.from].step.count(), part.modules[edge.to].step.count());
    const auto runs = [&](Wide multiple) {
      if (multiple * grid > longest_ticks) return false;
      edge.delay = Duration{static_cast<std::int64_t>(multiple * grid)};
      return judge(part, limits).runs;
    };
    Wide low = wide(old) / grid;
    Wide high = (wide(old) + 2 * reach) / grid + 1;
    const bool mendable = runs(high);
    while (mendable && high - low > 1) {
      const Wide middle = (low + high) / 2;
      (runs(middle) ? high : low) = middle;
    }
    edge.delay = old;
    result.push_back(mendable ? std::optional{Duration{static_cast<std::int64_t>(high * grid)}}
                              : std::nullopt);
  }
  return result;
}

std::string short_time(Duration d) { return d == Duration::zero() ? "0" : to_string(d); }

std::string text_of(const Graph& graph, const Refusal& refusal) {
  std::string text;
  for (const std::size_t e : refusal.loop) text += graph.modules[graph.edges[e].from].name + " → ";
  text += graph.modules[graph.edges[refusal.loop.front()].from].name;
  const Edge& best = graph.edges[refusal.best];
  text += fmt::format(": needs {} more delay; raise {} → {} from {} to {}",
                      refusal.best_delay - best.delay, graph.source_port(best),
                      graph.target_port(best), short_time(best.delay), refusal.best_delay);
  if (refusal.loop_alone)
    text += " (this mends only this loop; others of the same modules wait, too)";
  return text;
}

}  // namespace

Verdict judge(const Graph& part, const Limits& limits) {
  auto loop = loop_of_sums(part);
  if (loop.empty()) return {};
  const auto plan = one_step_plan(part);
  if (hyperperiod_steps(part, plan) > limits.hyperperiod_steps) return {false, Proof::sum, loop};
  if (auto played = find_deadlock(part, plan)) return {false, Proof::played, std::move(*played)};
  return {true, Proof::played, {}};
}

Refusal refuse(const Graph& graph, const Component& component, const Limits& limits) {
  Refusal refusal;
  refusal.modules = component.modules;
  const Graph part = part_of(graph, component);
  for (const std::size_t e : judge(part, limits).loop) refusal.loop.push_back(component.edges[e]);
  auto fixes = mends(part, limits);
  std::vector<std::size_t> numbers = component.edges;
  refusal.loop_alone =
      std::ranges::none_of(fixes, [](const auto& delay) { return delay.has_value(); });
  if (refusal.loop_alone) {
    Component alone;
    for (const std::size_t e : refusal.loop) {
      alone.edges.push_back(e);
      alone.modules.push_back(graph.edges[e].from);
    }
    std::ranges::sort(alone.modules);
    numbers = alone.edges;
    fixes = mends(part_of(graph, alone), limits);
  }
  std::optional<Duration> least;
  for (std::size_t k = 0; k < numbers.size(); ++k) {
    refusal.mends[numbers[k]] = fixes[k];
  }
  for (const auto& [e, delay] : refusal.mends) {
    if (!delay || (least && *delay - graph.edges[e].delay >= *least)) continue;
    least = *delay - graph.edges[e].delay;
    refusal.best = e;
    refusal.best_delay = *delay;
  }
  refusal.text = text_of(graph, refusal);
  return refusal;
}

}  // namespace tutti::plan
