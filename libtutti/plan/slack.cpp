// SPDX-License-Identifier: MIT
#include "slack.hpp"

#include <algorithm>
#include <numeric>

#include "sums.hpp"
#include "wide.hpp"

namespace tutti::plan {
namespace {

constexpr std::size_t most_modules = 160;
constexpr auto no_arc = static_cast<std::size_t>(-1);

/// Longest ways of at least one arc between all pairs of nodes, and the arc with which each begins.
struct Ways {
  explicit Ways(std::size_t n, const std::vector<Arc>& arcs)
      : nodes{n}, length(n * n, 0), first(n * n, no_arc) {
    for (std::size_t a = 0; a < arcs.size(); ++a)
      improve(arcs[a].from, arcs[a].to, arcs[a].weight, a);
    for (std::size_t via = 0; via < n; ++via)
      for (std::size_t from = 0; from < n; ++from) {
        const std::size_t head = from * n + via;
        if (first[head] == no_arc) continue;
        for (std::size_t to = 0; to < n; ++to)
          if (first[via * n + to] != no_arc)
            improve(from, to, length[head] + length[via * n + to], first[head]);
      }
  }
  void improve(std::size_t from, std::size_t to, Wide way, std::size_t arc) {
    const std::size_t k = from * nodes + to;
    if (first[k] != no_arc && length[k] >= way) return;
    length[k] = way;
    first[k] = arc;
  }
  std::size_t nodes;
  std::vector<Wide> length;
  std::vector<std::size_t> first;
};

}  // namespace

std::optional<TightLoop> tightest_loop(const Graph& part) {
  if (part.modules.size() > most_modules) return std::nullopt;
  std::vector<Duration> intervals;
  Wide grid = 0;
  for (const auto& module : part.modules)
    grid = std::gcd(static_cast<std::int64_t>(grid), module.step.count());
  for (const Edge& edge : part.edges) intervals.push_back(part.modules[edge.from].step);
  const auto arcs = waiting_arcs(part, intervals, std::vector<bool>(part.edges.size(), true));
  const std::size_t nodes = 2 * part.modules.size();
  const Ways ways{nodes, arcs};
  std::size_t best = no_arc;
  for (std::size_t n = 0; n < nodes; ++n) {
    if (ways.first[n * nodes + n] == no_arc) continue;
    if (ways.length[n * nodes + n] >= 0) return std::nullopt;
    if (best == no_arc || ways.length[n * nodes + n] > ways.length[best * nodes + best]) best = n;
  }
  if (best == no_arc) return std::nullopt;
  // clocks move in multiples of the grid: a sum of minus one grid step is as tight as can be
  TightLoop loop{Duration{static_cast<std::int64_t>(-ways.length[best * nodes + best] - grid)}, {}};
  std::size_t node = best;
  do {
    const Arc& arc = arcs[ways.first[node * nodes + best]];
    loop.edges.push_back(arc.edge);
    node = arc.to;
  } while (node != best);
  std::ranges::reverse(loop.edges);
  return loop;
}

}  // namespace tutti::plan
