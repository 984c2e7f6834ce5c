// SPDX-License-Identifier: MIT
#include "brute_force.hpp"
#include "random_case.hpp"
#include "test.hpp"
#include "tutti/plan/planner.hpp"

using namespace tutti::plan;
using tutti::duration_of;

namespace {

Edge edge_between(std::size_t from, std::size_t to, contract::Dice& dice) {
  Edge edge;
  edge.from = from;
  edge.to = to;
  edge.kind = dice.one_of({Kind::spikes, Kind::spikes, Kind::signal});
  edge.take = dice.one_of({Take::latest, Take::linear, Take::all});
  edge.direct = edge.kind == Kind::signal && dice.chance(25);
  edge.from_port = edge.direct ? "y" : edge.kind == Kind::signal ? "x" : "spikes";
  edge.to_port = "in";
  edge.has_initial = true;
  return edge;
}

/// A ring of modules, and maybe one more connection across it.
Graph small_graph(contract::Dice& dice, bool equal_ring) {
  Graph graph;
  graph.stop = duration_of(1000);
  const auto n = static_cast<std::size_t>(dice.between(2, 3));
  for (std::size_t m = 0; m < n; ++m)
    graph.modules.push_back({std::string(1, static_cast<char>('A' + m)),
                             duration_of(equal_ring ? 1 : dice.one_of<std::int64_t>({1, 2, 3}))});
  for (std::size_t m = 0; m < n; ++m) graph.edges.push_back(edge_between(m, (m + 1) % n, dice));
  if (!equal_ring && n == 2 && dice.chance(40)) {
    graph.edges.push_back(edge_between(0, 1, dice));
    graph.edges.back().to_port = "more";
  }
  for (Edge& edge : graph.edges) {
    if (equal_ring) edge.kind = Kind::spikes, edge.direct = false;
    edge.delay = duration_of(dice.between(0, 4));
  }
  return graph;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(plan_optimum)

BOOST_AUTO_TEST_CASE(rings_of_equal_steps_get_the_fewest_frames_there_can_be) {
  int compared = 0;
  for (std::uint64_t n = 0; n < 120; ++n) {
    contract::Dice dice{n};
    const Graph graph = small_graph(dice, true);
    Limits limits;
    limits.latency = duration_of(6);
    const Planned planned = make_plan(graph, limits);
    if (!planned.runs()) continue;
    const auto best = brute_force::cheapest(graph, 6);
    BOOST_TEST_CONTEXT("ring " << n)
    BOOST_TEST(brute_force::cost(planned.plan.edges) == brute_force::cost(best),
               boost::test_tools::tolerance(1e-12));
    ++compared;
  }
  BOOST_TEST(compared >= 60);
}

BOOST_AUTO_TEST_CASE(small_graphs_get_at_most_twice_the_fewest_frames_at_the_same_pace) {
  int compared = 0, equal = 0;
  double worst = 1.0;
  for (std::uint64_t n = 0; n < 150; ++n) {
    contract::Dice dice{1000 + n};
    const Graph graph = small_graph(dice, false);
    Limits limits;
    limits.latency = duration_of(6);
    const Planned planned = make_plan(graph, limits);
    if (!planned.runs()) continue;
    const auto best = brute_force::cheapest(graph, 6);
    const double ratio = brute_force::cost(planned.plan.edges) / brute_force::cost(best);
    BOOST_TEST_CONTEXT("graph " << n) {
      BOOST_TEST(ratio <= 2.0);
      BOOST_TEST(!find_deadlock(graph, planned.plan.edges).has_value());
      BOOST_TEST(brute_force::stretch(graph, planned.plan.edges) <=
                 brute_force::stretch(graph, one_step_plan(graph)) * (1 + 1e-12));
    }
    worst = std::max(worst, ratio);
    equal += ratio < 1.0 + 1e-9;
    ++compared;
  }
  BOOST_TEST_MESSAGE(compared << " graphs, " << equal << " with the best plan, the others at most "
                              << worst << " times its frames");
  BOOST_TEST(compared >= 75);
}

BOOST_AUTO_TEST_SUITE_END()
