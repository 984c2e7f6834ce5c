// SPDX-License-Identifier: MIT
#include "history.hpp"

#include "test.hpp"

namespace {

using namespace viewer;

Block samples(std::int64_t from, std::vector<std::int64_t> times, std::int64_t to) {
  Block block;
  block.from = tutti::time_of(from), block.to = tutti::time_of(to);
  block.width = 2;
  for (const auto t : times) {
    block.values.push_back(static_cast<float>(t));
    block.values.push_back(static_cast<float>(-t));
  }
  block.times = std::move(times);
  return block;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(viewer_history)

BOOST_AUTO_TEST_CASE(a_reader_gets_what_came_since_last_time_and_nothing_twice) {
  History history{1 << 20};
  history.add(samples(-1, {0, 10, 20}, 20));
  history.add(samples(20, {30, 40}, 45));
  const auto first = history.read(tutti::time_of(-1), tutti::time_of(15), 1000);
  BOOST_REQUIRE(first);
  BOOST_TEST(first->times == (std::vector<std::int64_t>{0, 10}), boost::test_tools::per_element());
  BOOST_TEST(ticks(first->to) == 15);
  const auto second = history.read(first->to, Time::max(), 1000);
  BOOST_REQUIRE(second);
  BOOST_TEST(second->times == (std::vector<std::int64_t>{20, 30, 40}),
             boost::test_tools::per_element());
  BOOST_TEST(second->index == 2U);
  BOOST_TEST(second->values == (std::vector<float>{20.F, -20.F, 30.F, -30.F, 40.F, -40.F}),
             boost::test_tools::per_element());
  BOOST_TEST(ticks(second->to) == 45);
  BOOST_TEST(!history.read(second->to, Time::max(), 1000));
}

BOOST_AUTO_TEST_CASE(a_frame_holds_about_as_much_as_was_asked_for) {
  History history{1 << 20};
  for (std::int64_t k = 0; k < 100; ++k) history.add(samples(10 * k, {10 * k + 5}, 10 * k + 10));
  const auto some = history.read(Time{}, Time::max(), 30);
  BOOST_REQUIRE(some);
  BOOST_TEST(some->times.size() == 10U);  // three numbers each: a time and two values
  BOOST_TEST(ticks(some->to) == 100);
}

BOOST_AUTO_TEST_CASE(the_oldest_goes_first_and_who_was_too_late_can_tell_how_much) {
  History history{2000};
  for (std::int64_t k = 0; k < 100; ++k) history.add(samples(10 * k, {10 * k + 5}, 10 * k + 10));
  BOOST_TEST(history.bytes() <= 2000U);
  const auto rest = history.read(Time{}, Time::max(), 1000);
  BOOST_REQUIRE(rest);
  BOOST_TEST(rest->index + rest->times.size() == 100U);
  BOOST_TEST(rest->index > 80U);
  BOOST_TEST(ticks(rest->from) == static_cast<std::int64_t>(10 * rest->index));
}

BOOST_AUTO_TEST_SUITE_END()
