// SPDX-License-Identifier: MIT
// The reference executor against the cases of the contract, and random models against the
// sequential reference: any plan, ranks, schedule, lease, end and cut must give the same bytes.
#include "executor.hpp"

#include <numeric>

#include "case.hpp"
#include "random_case.hpp"
#include "reference.hpp"
#include "test.hpp"
#include "tutti/plan/planner.hpp"
#include "tutti/plan/play.hpp"

using namespace tutti::plan;
using namespace contract;

namespace {

std::vector<int> random_ranks(const Case& model, Dice& dice) {
  std::vector<int> ranks;
  for (std::size_t m = 0; m < model.modules.size(); ++m)
    ranks.push_back(static_cast<int>(dice.between(1, 4)));
  return ranks;
}

std::uint64_t seed_of(Dice& dice) { return static_cast<std::uint64_t>(dice.between(1, 1 << 30)); }

/// What the proof is about: credits as they are when a batch is still to be told.
std::vector<EdgePlan> at_worst(std::vector<EdgePlan> plan) {
  for (auto& edge : plan)
    if (edge.credits > 0) edge.credits -= edge.credit_batch - 1;
  return plan;
}

void check_same(const Log& log, const Log& truth) {
  BOOST_TEST(log.inputs.dump() == truth.inputs.dump());
  BOOST_TEST(log.outputs.dump() == truth.outputs.dump());
  BOOST_TEST(log.hash_text().dump() == truth.hash_text().dump());
}

/// Limits under which frames of small models differ in length.
Limits small_limits(const Case& model, Dice& dice) {
  Limits limits;
  limits.latency = tutti::duration_of(dice.between(1, model.stop));
  limits.least_credits = dice.between(1, 4);
  limits.most_credits = dice.between(4, 12);
  return limits;
}

/// Random models that run, after mending, each with its number.
template <typename Check>
int for_random_models(int count, std::uint64_t seed, Check&& check) {
  int used = 0;
  for (int n = 0; n < count; ++n) {
    Dice dice{seed * 100'000 + static_cast<std::uint64_t>(n)};
    Case model = random_case(dice);
    if (!find_mistakes(model.graph()).empty()) continue;
    mend(model);
    BOOST_TEST_CONTEXT("random model " << seed << "/" << n) check(model, dice);
    ++used;
  }
  return used;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(contract_executor)

BOOST_AUTO_TEST_CASE(reference_and_executor_give_what_the_contract_expects) {
  REQUIRE_SHARED(shared);
  int compared = 0;
  for (const auto& file : case_files(shared)) {
    const json text = read_json(file);
    const json& expected = text["expect"];
    if (!expected["runs"]) continue;
    const Case model = read_case(text);
    const Graph graph = model.graph();
    BOOST_TEST_CONTEXT(file.filename().string()) {
      for (std::size_t m = 0; m < graph.modules.size(); ++m)
        BOOST_TEST(tutti::ticks(graph.end_of(m)) ==
                   expected["ends"][graph.modules[m].name].get<std::int64_t>());
      const Log truth = sequential_reference(model);
      BOOST_TEST((truth.inputs == expected["inputs"]));
      BOOST_TEST((truth.outputs == expected["outputs"]));
      BOOST_TEST((truth.hash_text() == expected["hashes"]));
      for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        Dice dice{seed};
        Executor executor{model, make_plan(graph).plan.edges, random_ranks(model, dice), seed};
        executor.settle();
        BOOST_TEST(executor.done());
        check_same(executor.log(), truth);
      }
    }
    ++compared;
  }
  BOOST_TEST(compared >= 50);
}

BOOST_AUTO_TEST_CASE(random_models_give_the_same_bytes_for_any_plan_ranks_and_schedule) {
  int deadlocks = 0, planned_runs = 0;
  const int used = for_random_models(600, 1, [&](const Case& model, Dice& dice) {
    const Graph graph = model.graph();
    const Log truth = sequential_reference(model);
    for (int attempt = 0; attempt < 4; ++attempt) {
      const bool ours = attempt < 2;
      const auto plan =
          ours ? make_plan(graph, small_limits(model, dice)).plan.edges : random_plan(model, dice);
      const bool valid = !find_deadlock(graph, at_worst(plan)).has_value();
      BOOST_TEST((valid || !ours));
      BOOST_TEST((valid || !proven(graph, plan)));
      Executor executor{model, plan, random_ranks(model, dice), seed_of(dice)};
      executor.settle();
      if (!executor.done()) {
        BOOST_TEST(!valid);
        ++deadlocks;
        continue;
      }
      check_same(executor.log(), truth);
      if (ours) ++planned_runs;
      for (std::size_t e = 0; e < plan.size(); ++e)
        if (plan[e].credits > 0) BOOST_TEST(executor.most_under_way(e) <= plan[e].credits);
    }
  });
  BOOST_TEST(used >= 300);
  BOOST_TEST(planned_runs == 2 * used);
  BOOST_TEST(deadlocks > 10);  // plans that nobody proved do fail: the check can tell
}

BOOST_AUTO_TEST_CASE(a_run_that_is_paused_at_random_ticks_is_the_same_run) {
  for_random_models(300, 2, [&](const Case& model, Dice& dice) {
    Executor executor{model, make_plan(model.graph(), small_limits(model, dice)).plan.edges,
                      random_ranks(model, dice), seed_of(dice)};
    for (std::int64_t lease = 0; lease < model.stop; lease += dice.between(1, model.stop / 3)) {
      executor.lease(lease);
      executor.settle();
      for (std::size_t m = 0; m < model.modules.size(); ++m) BOOST_TEST(executor.clock(m) <= lease);
    }
    executor.lease(model.stop);
    executor.settle();
    BOOST_TEST(executor.done());
    check_same(executor.log(), sequential_reference(model));
  });
}

BOOST_AUTO_TEST_CASE(a_run_stopped_at_a_tick_ahead_is_the_run_that_ends_there) {
  for_random_models(300, 3, [&](const Case& model, Dice& dice) {
    Executor executor{model, make_plan(model.graph(), small_limits(model, dice)).plan.edges,
                      random_ranks(model, dice), seed_of(dice)};
    const std::int64_t lease = dice.between(0, model.stop);
    executor.lease(lease);
    for (std::int64_t n = dice.between(0, 40); n > 0; --n) executor.round();
    Case shorter = model;
    shorter.stop = dice.between(lease, model.stop);
    executor.stop_at(shorter.stop);
    executor.lease(model.stop);
    executor.settle();
    BOOST_TEST(executor.done());
    check_same(executor.log(), sequential_reference(shorter));
  });
}

BOOST_AUTO_TEST_CASE(a_run_cut_in_two_is_the_whole_one_with_another_plan_and_other_ranks) {
  const int cuts = for_random_models(300, 4, [&](const Case& small, Dice& dice) {
    std::int64_t together = 1;
    for (const auto& m : small.modules) together = std::lcm(together, m.step);
    Case model = small;
    model.stop += together;
    const std::int64_t cut = dice.between(1, model.stop / together) * together;
    const auto plan = [&] {
      return make_plan(model.graph(), small_limits(model, dice)).plan.edges;
    };
    Executor before{model, plan(), random_ranks(model, dice), seed_of(dice)};
    before.lease(cut - 1);  // a tick that everybody still has before them
    for (std::int64_t n = dice.between(0, 200); n > 0; --n) before.round();
    Executor after{model, plan(), random_ranks(model, dice), seed_of(dice), before.cut_at(cut)};
    after.settle();
    BOOST_TEST(after.done());
    check_same(after.log(), sequential_reference(model));
  });
  BOOST_TEST(cuts > 150);
}

BOOST_AUTO_TEST_SUITE_END()
