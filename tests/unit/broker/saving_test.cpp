// SPDX-License-Identifier: MIT
// When a broker orders checkpoints, and what it makes of the answers.
#include "two_modules.hpp"

using namespace tutti;
using namespace tutti::broker;
using namespace tutti::broker::two_modules_run;

namespace {

/// A run that can be saved, begun.
Broker begun(const char* every) {
  auto run = two_modules();
  if (every != nullptr) run.checkpoint.every = parse_duration(every);
  Broker broker{run};
  for (auto [peer, hello] : {std::pair{"t", join("target", 0)}, std::pair{"s1", join("source", 1)},
                             std::pair{"s0", join("source", 0)}}) {
    hello.keeps = true;
    broker.tell(peer, hello);
  }
  broker.tell_elements();
  return broker;
}

std::vector<std::string> times(const std::vector<control::Save>& orders) {
  std::vector<std::string> found;
  for (const auto& order : orders) found.push_back(to_string(order.at));
  return found;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(broker_saving)

BOOST_AUTO_TEST_CASE(checkpoints_of_the_run_file_are_ordered_ahead_and_none_is_left_out) {
  auto broker = begun("7 ms");
  for (int ms = 0; ms < 100; ++ms) {  // however fast the run is, and though nobody has answered
    for (const auto* peer : {"s0", "s1", "t"})
      broker.progress(peer, fmt::format("{} ms", ms).c_str());
    broker.wait(0.05);
  }
  std::vector<std::string> expected;
  for (int ms = 7; ms < 100; ms += 7) expected.push_back(fmt::format("{} ms", ms));
  const auto orders = broker.heard<control::Save>("t");
  BOOST_TEST(times(orders) == expected, boost::test_tools::per_element());
  for (const auto& order : orders)
    for (const auto* peer : {"s0", "s1", "t"}) broker.tell(peer, control::Saved{order.at, {}});
  BOOST_TEST(broker.core.take_checkpoints().size() == orders.size());
}

BOOST_AUTO_TEST_CASE(a_lease_does_not_reach_past_a_checkpoint_that_could_not_be_ordered_yet) {
  auto broker = begun("1 ms");
  for (int k = 0; k < 10; ++k) {
    for (const auto* peer : {"s0", "s1", "t"}) broker.progress(peer, "2 ms");
    broker.wait(0.05);
  }
  BOOST_TEST(broker.heard<control::Save>("t").size() <= 16U);
  for (const auto& lease : broker.heard<control::Lease>("t"))
    BOOST_TEST((lease.until < time_zero + parse_duration("25 ms")));
}

BOOST_AUTO_TEST_CASE(who_asks_for_the_same_checkpoint_shares_it_and_all_hear_of_it) {
  auto broker = begun(nullptr);
  control::Command order;
  order.verb = control::Command::Verb::checkpoint;
  broker.tell("one", order), broker.tell("two", order);
  const auto orders = broker.heard<control::Save>("t");
  BOOST_REQUIRE_EQUAL(orders.size(), 1U);
  for (const auto* peer : {"s0", "t"}) broker.tell(peer, control::Saved{orders[0].at, {}});
  BOOST_TEST(broker.heard<control::Answer>("one").empty());
  broker.tell("s1", control::Saved{orders[0].at, "the disk is full"});
  for (const auto* peer : {"one", "two"}) {
    BOOST_REQUIRE_EQUAL(broker.heard<control::Answer>(peer).size(), 1U);
    BOOST_TEST(broker.heard<control::Answer>(peer)[0].text.find(
                   "source rank 1: the disk is full") != std::string::npos);
  }
  BOOST_TEST(broker.core.take_checkpoints().empty());
}

BOOST_AUTO_TEST_CASE(who_answers_what_was_not_asked_ends_the_run) {
  auto broker = begun(nullptr);
  broker.tell("t", control::Saved{time_zero + parse_duration("3 ms"), {}});
  BOOST_TEST(broker.ended_with("target saved out of turn"));
}

BOOST_AUTO_TEST_SUITE_END()
