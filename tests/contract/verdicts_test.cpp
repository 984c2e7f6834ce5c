// SPDX-License-Identifier: MIT
// Which cases of the contract run, which are refused, what would mend them, which plans hold.
#include "case.hpp"
#include "test.hpp"
#include "tutti/plan/planner.hpp"
#include "tutti/plan/play.hpp"

using namespace tutti::plan;
using contract::json;

namespace {

/// A plan as the contract writes it; none where it has frames that do not begin at 0.
std::optional<std::vector<EdgePlan>> aligned_plan(const json& plan) {
  std::vector<EdgePlan> result;
  for (const auto& entry : plan) {
    if (entry.value("first", 0) != 0) return std::nullopt;
    EdgePlan edge;
    edge.interval = tutti::duration_of(entry.at("interval"));
    edge.credits = entry.contains("credits") && !entry["credits"].is_null()
                       ? entry["credits"].get<std::int64_t>()
                       : 0;
    result.push_back(edge);
  }
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(contract_verdicts)

BOOST_AUTO_TEST_CASE(every_case_runs_or_is_refused_as_the_contract_says) {
  REQUIRE_SHARED(shared);
  const auto files = contract::case_files(shared);
  BOOST_TEST(files.size() >= 67U);
  for (const auto& file : files) {
    const json text = contract::read_json(file);
    const Graph graph = contract::read_case(text).graph();
    const Planned planned = make_plan(graph);
    json expected;
    for (const char* key : {"runs", "mistakes", "refusals"})
      if (text["expect"].contains(key)) expected[key] = text["expect"][key];
    BOOST_TEST_CONTEXT(file.filename().string())
    BOOST_TEST(contract::verdict(graph, planned).dump() == expected.dump());
    if (!planned.runs()) continue;
    BOOST_TEST_CONTEXT("the plan made for " << file.filename().string()) {
      if (hyperperiod_steps(graph, planned.plan.edges) > 1e7) continue;
      auto with_batches = planned.plan.edges;
      for (auto& edge : with_batches) edge.credits -= edge.credit_batch - 1;
      BOOST_TEST(!find_deadlock(graph, with_batches).has_value());
    }
  }
}

BOOST_AUTO_TEST_CASE(given_plans_hold_or_fail_as_the_contract_says) {
  REQUIRE_SHARED(shared);
  int compared = 0;
  for (const auto& file : contract::case_files(shared)) {
    const json text = contract::read_json(file);
    if (!text.contains("plans")) continue;
    const Graph graph = contract::read_case(text).graph();
    for (std::size_t n = 0; n < text["plans"].size(); ++n) {
      const auto plan = aligned_plan(text["plans"][n]);
      if (!plan) continue;
      const bool valid = text["expect"]["plans"][n]["valid"];
      BOOST_TEST_CONTEXT(file.filename().string() << " plan " << n) {
        BOOST_TEST(!find_deadlock(graph, *plan).has_value() == valid);
        BOOST_TEST((valid || !proven(graph, *plan)));
      }
      ++compared;
    }
  }
  BOOST_TEST(compared >= 15);
}

BOOST_AUTO_TEST_SUITE_END()
