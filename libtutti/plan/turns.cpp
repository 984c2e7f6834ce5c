// SPDX-License-Identifier: MIT
#include "turns.hpp"

namespace tutti::plan {
namespace {

Wide greatest_divisor(Wide a, Wide b) {
  while (b != 0) {
    const Wide rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/// Beyond this a weight might no longer fit 128 bits.
constexpr Wide largest_term = Wide{1} << 56;

}  // namespace

Turn turn_of(const Graph& graph, std::size_t edge, Duration interval) {
  const Edge& e = graph.edges[edge];
  const Delivery c = graph.delivery(edge);
  const Wide frame_end = frame_lead(c, interval);
  if (c.kind == Kind::signal)
    return {c.direct ? read(e.from) : reached(e.from), read(e.to), frame_end, 0};
  return {reached(e.from), reached(e.to), frame_end - wide(c.target_step), wide(c.target_step)};
}

std::vector<Turn> turns_of_modules(const Graph& graph) {
  std::vector<Turn> turns;
  for (std::size_t m = 0; m < graph.modules.size(); ++m) {
    const Wide step = wide(graph.modules[m].step);
    turns.push_back({reached(m), read(m), 0, 0});
    turns.push_back({read(m), reached(m), -step, step});
  }
  return turns;
}

std::optional<Pace> best_pace(const Graph& graph, const std::vector<Duration>& intervals) {
  auto turns = turns_of_modules(graph);
  for (std::size_t e = 0; e < graph.edges.size(); ++e)
    turns.push_back(turn_of(graph, e, intervals[e]));
  Pace pace;
  // Newton's method: each round takes the ratio of a loop that is still too slow, which rises
  for (int round = 0; round < 200; ++round) {
    std::vector<Arc> arcs;
    for (const Turn& turn : turns) arcs.push_back({turn.from, turn.to, turn.weight(pace), 0});
    const auto loop = longest_ways(2 * graph.modules.size(), arcs).positive_loop;
    if (loop.empty()) return pace;
    Wide per_time = 0, fixed = 0;
    for (const std::size_t t : loop) {
      per_time += turns[t].per_time;
      fixed += turns[t].fixed;
    }
    if (per_time >= 0) return std::nullopt;
    const Wide common = greatest_divisor(fixed, -per_time);
    pace = {fixed / common, -per_time / common};
    if (pace.wall > largest_term || pace.simulated > largest_term) return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace tutti::plan
