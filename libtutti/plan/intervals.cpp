// SPDX-License-Identifier: MIT
#include "intervals.hpp"

#include <algorithm>
#include <numeric>
#include <queue>

#include "headroom.hpp"
#include "sums.hpp"
#include "wide.hpp"

namespace tutti::plan {
namespace {

/// Above this many modules in one component the matrices of Headroom would cost too much.
constexpr std::size_t most_modules_for_matrix = 160;
/// Up to this many whole steps in all frames together, frames grow one step at a time.
constexpr double few_steps = 4000.0;

Duration one_step(const Graph& part, std::size_t e) {
  return part.modules[part.edges[e].from].step;
}

/// The shortest interval that is whole steps of both ends: there waits are shortest.
Duration common_steps(const Graph& part, std::size_t e) {
  const Edge& edge = part.edges[e];
  return Duration{
      saturating_lcm(part.modules[edge.from].step.count(), part.modules[edge.to].step.count())};
}

bool feasible(const Graph& part, const std::vector<Duration>& intervals, const Pace& pace) {
  auto turns = turns_of_modules(part);
  std::vector<Arc> arcs;
  for (std::size_t e = 0; e < part.edges.size(); ++e)
    turns.push_back(turn_of(part, e, intervals[e]));
  for (const Turn& turn : turns) arcs.push_back({turn.from, turn.to, turn.weight(pace), 0});
  const std::size_t nodes = 2 * part.modules.size();
  if (!longest_ways(nodes, arcs).bounded()) return false;
  auto waits = waiting_arcs(part, intervals, std::vector<bool>(part.edges.size(), true));
  make_strict(nodes, waits);
  return longest_ways(nodes, waits).bounded();
}

/// The longest length such that all frames may be as long, each rounded to what it can be.
std::vector<Duration> level(const Graph& part, const std::vector<Duration>& longest,
                            const Pace& pace) {
  std::vector<Duration> best(part.edges.size());
  for (std::size_t e = 0; e < best.size(); ++e) best[e] = one_step(part, e);
  std::int64_t low = 0, high = std::ranges::max(longest).count() + 1, grid = 0;
  for (const auto& module : part.modules) grid = std::gcd(grid, module.step.count());
  while (high - low > grid) {
    const std::int64_t middle = low + (high - low) / 2;
    std::vector<Duration> trial(best.size());
    for (std::size_t e = 0; e < trial.size(); ++e) {
      const Duration length = std::min(Duration{middle}, longest[e]);
      const Duration step = one_step(part, e), both = common_steps(part, e);
      trial[e] = length >= both ? length - length % both : std::max(length - length % step, step);
    }
    if (feasible(part, trial, pace)) {
      low = middle;
      best = std::move(trial);
    } else {
      high = middle;
    }
  }
  return best;
}

/// Lets one frame after the other grow, always where most frames are saved for the room it takes.
class Grower {
 public:
  Grower(const Graph& part, const std::vector<Duration>& longest, const Pace& pace,
         std::vector<Duration> start, bool one_by_one)
      : part_{part},
        longest_{longest},
        pace_{pace},
        one_by_one_{one_by_one},
        direct_{std::ranges::any_of(part.edges, &Edge::direct)},
        intervals_{std::move(start)},
        stride_(part.edges.size(), 1),
        turns_{2 * part.modules.size(), turn_arcs()},
        waits_{direct_ ? 2 * part.modules.size() : 0, wait_arcs()} {}

  std::vector<Duration> grow() {
    for (std::size_t e = 0; e < intervals_.size(); ++e) {
      if (!one_by_one_) stride_[e] = std::max<std::int64_t>(steps_of(e) / 8, 1);
      offer(e);
    }
    while (!offers_.empty()) {
      const Offer offer_now = offers_.top();
      offers_.pop();
      if (offer_now.interval <= intervals_[offer_now.edge]) continue;  // from before it last grew
      if (allows(offer_now.edge, offer_now.interval)) {
        take(offer_now.edge, offer_now.interval);
        if (!one_by_one_) lengthen_stride(offer_now.edge);
        offer(offer_now.edge);
      } else if (stride_[offer_now.edge] > 1) {
        stride_[offer_now.edge] /= 2;
        offer(offer_now.edge);
      }
    }
    return intervals_;
  }

 private:
  struct Offer {
    double worth;  // frames saved per room taken
    std::size_t edge;
    Duration interval;
    bool operator<(const Offer& o) const {
      if (worth != o.worth) return worth < o.worth;
      return edge != o.edge ? edge < o.edge : interval < o.interval;
    }
  };

  std::vector<Arc> turn_arcs() const {
    std::vector<Arc> arcs;
    for (const Turn& t : turns_of_modules(part_))
      arcs.push_back({t.from, t.to, t.weight(pace_), 0});
    for (std::size_t e = 0; e < part_.edges.size(); ++e) {
      const Turn t = turn_of(part_, e, intervals_[e]);
      arcs.push_back({t.from, t.to, t.weight(pace_), e});
    }
    return arcs;
  }
  /// Waiting is looked at where turns do not say enough: rings of direct signals at one T.
  std::vector<Arc> wait_arcs() const {
    if (!direct_) return {};
    auto arcs = waiting_arcs(part_, intervals_, std::vector<bool>(part_.edges.size(), true));
    make_strict(2 * part_.modules.size(), arcs);
    return arcs;
  }
  std::vector<Arc> wait_arcs_of(std::size_t e, Duration interval) const {
    if (!direct_) return {};
    std::vector<bool> only(part_.edges.size(), false);
    only[e] = true;
    auto intervals = intervals_;
    intervals[e] = interval;
    auto arcs = waiting_arcs(part_, intervals, only);
    make_strict(2 * part_.modules.size(), arcs);
    return arcs;
  }

  std::int64_t steps_of(std::size_t e) const { return intervals_[e] / one_step(part_, e); }

  void lengthen_stride(std::size_t e) {
    const std::int64_t room = (longest_[e] - intervals_[e]) / one_step(part_, e);
    stride_[e] = std::max<std::int64_t>(std::min(2 * stride_[e], room), 1);
  }

  bool allows(std::size_t e, Duration interval) const {
    const Turn t = turn_of(part_, e, interval);
    if (!turns_.allows(t.from, t.to, t.weight(pace_))) return false;
    return std::ranges::all_of(wait_arcs_of(e, interval), [&](const Arc& arc) {
      return waits_.allows(arc.from, arc.to, arc.weight);
    });
  }

  void take(std::size_t e, Duration interval) {
    const Turn t = turn_of(part_, e, interval);
    turns_.grow(t.from, t.to, t.weight(pace_));
    for (const Arc& arc : wait_arcs_of(e, interval)) waits_.grow(arc.from, arc.to, arc.weight);
    intervals_[e] = interval;
  }

  void offer(std::size_t e) {
    const Duration step = one_step(part_, e), both = common_steps(part_, e);
    const int ahead = one_by_one_ ? 8 : 1;
    for (int k = 1; k <= ahead; ++k) offer(e, intervals_[e] + step * stride_[e] * k);
    offer(e, intervals_[e] - intervals_[e] % both + both);
  }
  void offer(std::size_t e, Duration interval) {
    if (interval > longest_[e]) return;
    const Wide now = turn_of(part_, e, intervals_[e]).weight(pace_);
    const Wide then = turn_of(part_, e, interval).weight(pace_);
    const double room = std::max(static_cast<double>(then - now), 1.0);
    const double saved = 1.0 / static_cast<double>(intervals_[e].count()) -
                         1.0 / static_cast<double>(interval.count());
    offers_.push({saved / room, e, interval});
  }

  const Graph& part_;
  const std::vector<Duration>& longest_;
  Pace pace_;
  bool one_by_one_;
  bool direct_;
  std::vector<Duration> intervals_;
  std::vector<std::int64_t> stride_;
  Headroom turns_, waits_;
  std::priority_queue<Offer> offers_;
};

}  // namespace

std::vector<Duration> loop_intervals(const Graph& part, const std::vector<Duration>& longest,
                                     const Pace& pace) {
  double steps = 0.0;
  for (std::size_t e = 0; e < part.edges.size(); ++e)
    steps += static_cast<double>(longest[e] / one_step(part, e));
  std::vector<Duration> start(part.edges.size());
  for (std::size_t e = 0; e < start.size(); ++e) start[e] = one_step(part, e);
  if (steps > few_steps) start = level(part, longest, pace);
  if (part.modules.size() > most_modules_for_matrix) return start;
  return Grower{part, longest, pace, std::move(start), steps <= few_steps}.grow();
}

}  // namespace tutti::plan
