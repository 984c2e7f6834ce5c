// SPDX-License-Identifier: MIT
#include <chrono>
#include <ctime>

#include "case.hpp"
#include "test.hpp"
#include "tutti/plan/planner.hpp"
#include "tutti/plan/play.hpp"
#include "tutti/random.hpp"

using namespace tutti::plan;
using namespace tutti;

namespace {

constexpr std::int64_t ms = 1'000'000'000;

/// Frames per simulated second, all connections together: what a plan costs.
double frames_per_second(const Plan& plan) {
  double sum = 0.0;
  for (const auto& edge : plan.edges) sum += 1.0 / to_s(edge.interval);
  return sum;
}

/// 64 modules with steps of 0.1, 0.25, 0.7 and 7 ms and 500 connections at random; delays are long
/// enough for every loop to run, as in a model of areas with axons between them.
Graph large_graph(bool feed_forward) {
  const Random random{7, stream_id("graph"), 0};
  Graph graph;
  graph.stop = duration_of(1000 * ms);
  const std::int64_t steps[] = {ms / 10, ms / 4, 7 * ms / 10, 7 * ms};
  for (int m = 0; m < 64; ++m)
    graph.modules.push_back({fmt::format("m{}", m), duration_of(steps[m % 4])});
  for (std::uint64_t n = 0; graph.edges.size() < 500; ++n) {
    Edge edge;
    edge.from = random.below(4 * n, 64);
    edge.to = random.below(4 * n + 1, 64);
    if (feed_forward && edge.from > edge.to) std::swap(edge.from, edge.to);
    if (feed_forward && edge.from == edge.to) continue;
    edge.from_port = fmt::format("out{}", n);
    edge.to_port = fmt::format("in{}", n);
    edge.kind = random.below(4 * n + 2, 4) == 0 ? Kind::signal : Kind::spikes;
    edge.take = n % 2 == 0 ? Take::linear : Take::latest;
    edge.has_initial = true;
    edge.delay =
        duration_of(static_cast<std::int64_t>(14 + random.below(4 * n + 3, 400) / 10) * ms);
    edge.bytes_per_step = 800.0;
    graph.edges.push_back(edge);
  }
  return graph;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(plan_intervals)

BOOST_AUTO_TEST_CASE(frames_are_as_few_as_the_best_plan_of_the_contract_has) {
  REQUIRE_SHARED(shared);
  int compared = 0;
  for (const auto& file : contract::case_files(shared)) {
    const auto text = contract::read_json(file);
    if (!text.contains("cap")) continue;
    const Graph graph = contract::read_case(text).graph();
    Limits limits;
    limits.latency = duration_of(text["cap"]);
    const Planned planned = make_plan(graph, limits);
    const std::string best = text["expect"]["aligned"]["frames_per_second"];
    const auto slash = best.find('/');
    const double expected =
        std::stod(best) / (slash == std::string::npos ? 1.0 : std::stod(best.substr(slash + 1)));
    BOOST_TEST_CONTEXT(file.filename().string()) {
      // the best plan is exact and found by brute force: ours may be as good, never better
      BOOST_TEST(frames_per_second(planned.plan) == expected, boost::test_tools::tolerance(1e-12));
      BOOST_TEST(!find_deadlock(graph, planned.plan.edges).has_value());
    }
    ++compared;
  }
  BOOST_TEST(compared >= 7);
}

BOOST_AUTO_TEST_CASE(many_modules_with_odd_ratios_of_steps_are_planned_at_once) {
  for (const bool feed_forward : {true, false})
    for (const std::int64_t latency : {10 * ms, 1000 * ms}) {
      const Graph graph = large_graph(feed_forward);
      Limits limits;
      limits.latency = duration_of(latency);
      const auto begin = std::chrono::steady_clock::now();
      const Planned planned = make_plan(graph, limits);
      const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
      BOOST_TEST_MESSAGE((feed_forward ? "feed-forward" : "looped")
                         << ", latency " << limits.latency.count() / ms << " ms: planned in "
                         << seconds.count() << " s, " << frames_per_second(planned.plan)
                         << " frames/s");
      for (const auto& refusal : planned.refusals) BOOST_TEST_MESSAGE(refusal.text);
      BOOST_TEST_REQUIRE(planned.runs());
      BOOST_TEST(proven(graph, planned.plan.edges));
      BOOST_TEST(seconds.count() < 5.0);  // below 0.5 s even unoptimised; room for a busy machine
    }
}

BOOST_AUTO_TEST_CASE(a_large_graph_that_cannot_run_is_refused_with_advice_that_mends_it) {
  Graph graph = large_graph(false);
  // one loop too short: two modules of 0.7 and 7 ms that exchange spikes at once
  for (const std::size_t from : {std::size_t{2}, std::size_t{3}}) {
    Edge edge;
    edge.from = from;
    edge.to = 5 - from;
    edge.from_port = "short";
    edge.to_port = fmt::format("short{}", from);
    graph.edges.push_back(edge);
  }
  const auto begin = std::clock();  // of our own time: the machine may be busy
  const Planned refused = make_plan(graph);
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  BOOST_TEST_REQUIRE(refused.refusals.size() == 1U);
  const Refusal& refusal = refused.refusals.front();
  BOOST_TEST_MESSAGE("refused in " << seconds << " s: " << refusal.text);
  BOOST_TEST((refusal.loop == std::vector<std::size_t>{500, 501} ||
              refusal.loop == std::vector<std::size_t>{501, 500}));
  graph.edges[refusal.best].delay = refusal.best_delay;
  BOOST_TEST(make_plan(graph).runs());
  graph.edges[refusal.best].delay -= duration_of(1);
  BOOST_TEST(!make_plan(graph).runs());
  BOOST_TEST(seconds < 10.0);
}

BOOST_AUTO_TEST_SUITE_END()
