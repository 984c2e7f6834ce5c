// SPDX-License-Identifier: MIT
#include "credits.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "sums.hpp"
#include "wide.hpp"

namespace tutti::plan {
namespace {

/// How far ahead of the slowest each module can be while it waits, frames alone considered.
///
/// A component that only playing shows to run has sums that grow without end. There a chain of
/// waits passes each module at most once, so that all its moves inside together gain at most the
/// sum of the largest leads; that sum is charged once, between an entry and an exit of the
/// component.
class Leads {
 public:
  Leads(const Graph& graph, const std::vector<Duration>& intervals,
        const std::vector<Component>& played)
      : leave_(2 * graph.modules.size()) {
    std::size_t nodes = leave_.size();
    std::iota(leave_.begin(), leave_.end(), std::size_t{0});
    std::vector<bool> use(graph.edges.size(), true);
    for (const Component& part : played)
      for (const std::size_t e : part.edges) use[e] = false;
    auto arcs = waiting_arcs(graph, intervals, use);
    std::vector<Arc> across;
    for (const Component& part : played) {
      const std::size_t entry = nodes++, exit = nodes++;
      across.push_back({entry, exit, most_gained(graph, intervals, part), 0});
      for (const std::size_t m : part.modules)
        for (const std::size_t node : {about_to_read(m), about_to_advance(m)}) {
          across.push_back({node, entry, 0, 0});
          leave_[node] = exit;
        }
    }
    for (Arc& arc : arcs) arc.from = leave_[arc.from];
    arcs.insert(arcs.end(), across.begin(), across.end());
    make_strict(nodes, arcs);
    scale_ = static_cast<Wide>(nodes + 1);
    far_ = longest_ways(nodes, arcs).far;
  }

  /// The largest lead that a wait for credit, from the source that waits to the target, may have.
  Wide allowed(const Edge& edge) const {
    const Wide target = std::min(far_[about_to_read(edge.to)], far_[about_to_advance(edge.to)]);
    return floor_to(target - far_[leave_[about_to_advance(edge.from)]] - 1, scale_) / scale_;
  }

 private:
  static Wide most_gained(const Graph& graph, const std::vector<Duration>& intervals,
                          const Component& part) {
    std::vector<bool> inside(graph.edges.size(), false);
    for (const std::size_t e : part.edges) inside[e] = true;
    std::vector<Wide> most(2 * graph.modules.size(), 0);
    for (const Arc& arc : waiting_arcs(graph, intervals, inside))
      most[arc.from] = std::max(most[arc.from], arc.weight);
    // one unit more per module covers the strictness of each arc that is left out
    return std::accumulate(most.begin(), most.end(), Wide{0}) +
           static_cast<Wide>(part.modules.size());
  }

  std::vector<std::size_t> leave_;
  std::vector<Wide> far_;
  Wide scale_ = 1;
};

/// The fewest credits with which a wait for credit has at most the lead `allowed`.
std::int64_t credits_for(const Delivery& c, Duration interval, Wide allowed) {
  const Wide g = std::gcd(c.source_step.count(), c.target_step.count());
  // Never more than a lead of -g: then nobody waits for a clock that is past its own, and a lease
  // or a cut lets everybody come up to the same time.
  const Wide reach =
      wide(c.delay) + wide(c.source_step) + ceil_to(std::max(-allowed - g, Wide{0}), g);
  const Wide credits = ceil_to(std::max(reach, Wide{1}), wide(interval)) / wide(interval);
  return static_cast<std::int64_t>(std::max(credits, Wide{1}));
}

}  // namespace

std::vector<std::int64_t> least_credits(const Graph& graph, const std::vector<Duration>& intervals,
                                        const std::vector<Component>& played) {
  const Leads leads{graph, intervals, played};
  std::vector<std::int64_t> credits;
  for (std::size_t e = 0; e < graph.edges.size(); ++e)
    credits.push_back(credits_for(graph.delivery(e), intervals[e], leads.allowed(graph.edges[e])));
  return credits;
}

void plan_credits(const Graph& graph, const Limits& limits, const std::vector<Component>& played,
                  std::vector<EdgePlan>& plan) {
  std::vector<Duration> intervals;
  for (const EdgePlan& edge : plan) intervals.push_back(edge.interval);
  const auto least = least_credits(graph, intervals, played);
  for (std::size_t e = 0; e < plan.size(); ++e) {
    const double steps =
        static_cast<double>(intervals[e] / graph.modules[graph.edges[e].from].step);
    const double frame = std::max(graph.edges[e].bytes_per_step * steps, 1.0);
    const double room = std::floor(limits.buffer_bytes / frame);
    const auto wanted = static_cast<std::int64_t>(std::clamp(
        room, static_cast<double>(limits.least_credits), static_cast<double>(limits.most_credits)));
    // one frame more than the proof needs, so that a source does not stop while credit travels
    plan[e].credits = std::max({wanted, least[e] + 1, std::int64_t{2}});
    plan[e].credit_batch = std::clamp((plan[e].credits - least[e]) / 2, std::int64_t{1},
                                      std::max(plan[e].credits / 2, std::int64_t{1}));
    plan[e].buffer_bytes =
        graph.edges[e].bytes_per_step * steps * static_cast<double>(plan[e].credits);
  }
}

}  // namespace tutti::plan
