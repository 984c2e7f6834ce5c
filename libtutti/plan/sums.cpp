// SPDX-License-Identifier: MIT
#include "sums.hpp"

#include <algorithm>
#include <numeric>

namespace tutti::plan {

Longest longest_ways(std::size_t nodes, const std::vector<Arc>& arcs) {
  constexpr auto none = static_cast<std::size_t>(-1);
  Longest result{std::vector<Wide>(nodes, 0), {}};
  std::vector<std::size_t> last_arc(nodes, none);
  std::size_t changed = none;
  for (std::size_t round = 0; round <= nodes; ++round) {
    changed = none;
    for (std::size_t a = 0; a < arcs.size(); ++a) {
      const Wide way = result.far[arcs[a].from] + arcs[a].weight;
      if (way <= result.far[arcs[a].to]) continue;
      result.far[arcs[a].to] = way;
      last_arc[arcs[a].to] = a;
      changed = arcs[a].to;
    }
    if (changed == none) return result;
  }
  // still growing after as many rounds as there are nodes: going back from there ends in the loop
  std::size_t node = changed;
  for (std::size_t n = 0; n < nodes; ++n) node = arcs[last_arc[node]].from;
  const std::size_t start = node;
  do {
    result.positive_loop.push_back(last_arc[node]);
    node = arcs[last_arc[node]].from;
  } while (node != start);
  std::ranges::reverse(result.positive_loop);
  return result;
}

Wide lead(const Delivery& c, Duration interval, bool has_read) {
  const Wide late = c.direct && !has_read ? 0 : wide(c.source_step);
  return frame_lead(c, interval) - late;
}

Wide frame_lead(const Delivery& c, Duration interval) {
  const Wide i = wide(interval), d = wide(c.delay), hs = wide(c.source_step);
  const Wide g = std::gcd(interval.count(), c.target_step.count());
  if (c.kind != Kind::signal) return i - g + wide(c.target_step) - floor_to(d, g);
  if (c.take == Take::linear) return i - g - floor_to(d, g);
  // T - d lies at these places within a frame: rest, rest + g, rest + 2g, ...; the frame is needed
  // from its first sample on, and longest waits whoever reads first after that
  const Wide rest = ceil_to(d, g) - d;
  const Wide earliest = rest - floor_to(rest - hs, g);
  return earliest < i ? i - earliest - d : -rest - d;
}

Wide credit_lead(const Delivery& c, Duration interval, std::int64_t credits) {
  const Wide g = std::gcd(c.source_step.count(), c.target_step.count());
  return -floor_to(Wide{credits} * wide(interval) - wide(c.delay) - wide(c.source_step), g) - g;
}

std::vector<Arc> waiting_arcs(const Graph& graph, const std::vector<Duration>& intervals,
                              const std::vector<bool>& use) {
  std::vector<Arc> arcs;
  for (std::size_t e = 0; e < graph.edges.size(); ++e) {
    if (!use[e]) continue;
    const Edge& edge = graph.edges[e];
    const Delivery c = graph.delivery(e);
    const std::size_t waiting =
        c.kind == Kind::signal ? about_to_read(edge.to) : about_to_advance(edge.to);
    arcs.push_back({waiting, about_to_read(edge.from), lead(c, intervals[e], false), e});
    arcs.push_back({waiting, about_to_advance(edge.from), lead(c, intervals[e], true), e});
  }
  return arcs;
}

void make_strict(std::size_t nodes, std::vector<Arc>& arcs) {
  for (Arc& arc : arcs) arc.weight = arc.weight * static_cast<Wide>(nodes + 1) + 1;
}

}  // namespace tutti::plan
