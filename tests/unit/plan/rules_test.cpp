// SPDX-License-Identifier: MIT
#include "tutti/plan/rules.hpp"

#include <set>

#include "test.hpp"
#include "tutti/plan/hash.hpp"
#include "tutti/plan/reads.hpp"

using namespace tutti::plan;
using tutti::duration_of;
using tutti::ticks;
using tutti::time_of;

namespace {

Delivery spikes(std::int64_t delay, std::int64_t source_step, std::int64_t target_step) {
  return {Kind::spikes,
          Take::latest,
          false,
          duration_of(delay),
          duration_of(source_step),
          duration_of(target_step)};
}
Delivery signal(Take take, std::int64_t delay, std::int64_t source_step, std::int64_t target_step) {
  Delivery c = spikes(delay, source_step, target_step);
  c.kind = Kind::signal;
  c.take = take;
  return c;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(plan_rules)

BOOST_AUTO_TEST_CASE(every_spike_lies_in_exactly_the_one_window_that_takes_it) {
  for (std::int64_t delay = 0; delay < 8; ++delay)
    for (std::int64_t sent = 1; sent < 40; ++sent) {
      const Delivery c = spikes(delay, 2, 3);
      int taken = 0;
      for (std::int64_t t = 0; t < 60; t += 3)
        if (taken_by_window(c, time_of(t)).contains(time_of(sent))) {
          ++taken;
          BOOST_TEST(ticks(window_of(c, time_of(sent))) == t);
          BOOST_TEST(ticks(needed_until(c, time_of(t)).value()) >= sent);
        }
      BOOST_TEST(taken == 1);
    }
}

BOOST_AUTO_TEST_CASE(a_spike_on_the_edge_belongs_to_the_window_that_ends_there) {
  const Delivery c = spikes(0, 10, 10);
  BOOST_TEST(ticks(window_of(c, time_of(10))) == 0);
  BOOST_TEST(ticks(window_of(c, time_of(11))) == 10);
  BOOST_TEST(!needed_until(spikes(10, 10, 10), time_of(0)).has_value());
  BOOST_TEST(ticks(needed_until(spikes(9, 10, 10), time_of(0)).value()) == 1);
}

BOOST_AUTO_TEST_CASE(linear_reads_between_samples_and_never_past_the_last) {
  const Delivery c = signal(Take::linear, 1, 4, 3);
  BOOST_TEST(!reading(c, time_of(0), time_of(100)).has_value());
  const Reading here{time_of(4), true, 0.25};
  BOOST_TEST((reading(c, time_of(6), time_of(100)) == here));
  BOOST_TEST((reading(c, time_of(9), time_of(100)) == Reading{time_of(8)}));
  BOOST_TEST((reading(c, time_of(6), time_of(7)) == Reading{time_of(4)}));  // ends at 4
  BOOST_TEST((reading(c, time_of(30), time_of(8)) == Reading{time_of(8)}));
}

BOOST_AUTO_TEST_CASE(frames_end_at_multiples_of_the_interval_and_at_the_end) {
  const auto i = duration_of(6);
  BOOST_TEST(ticks(frame_end(i, time_of(0), time_of(20))) == 0);
  BOOST_TEST(ticks(frame_end(i, time_of(1), time_of(20))) == 6);
  BOOST_TEST(ticks(frame_end(i, time_of(6), time_of(20))) == 6);
  BOOST_TEST(ticks(frame_end(i, time_of(19), time_of(20))) == 20);
  BOOST_TEST(frame_number(i, time_of(18)) == 3);
  BOOST_TEST(frame_number(i, time_of(20)) == 4);
  BOOST_TEST(sends_at(Kind::signal, i, time_of(0), time_of(20)));
  BOOST_TEST(!sends_at(Kind::spikes, i, time_of(0), time_of(20)));
  BOOST_TEST(sends_at(Kind::spikes, i, time_of(0), time_of(0)));
  BOOST_TEST(sends_at(Kind::spikes, i, time_of(20), time_of(20)));
}

BOOST_AUTO_TEST_CASE(credit_is_awaited_where_a_frame_ends_and_nowhere_else) {
  const Delivery c = spikes(3, 2, 2);
  BOOST_TEST(!release_needed(c, duration_of(4), 2, time_of(8)).has_value());  // 10 ends no frame
  BOOST_TEST(!release_needed(c, duration_of(4), 2, time_of(6)).has_value());  // 2 frames, both free
  BOOST_TEST(ticks(release_needed(c, duration_of(4), 2, time_of(10)).value()) == 4 + 3);
}

BOOST_AUTO_TEST_CASE(a_sample_is_read_where_some_reading_names_it) {
  for (const Take take : {Take::latest, Take::linear})
    for (std::int64_t delay = 0; delay < 6; ++delay)
      for (const auto& [source, target] : {std::pair{1, 4}, {2, 3}, {3, 2}, {4, 4}, {5, 7}}) {
        const Delivery c = signal(take, delay, source, target);
        std::set<std::int64_t> read;
        for (std::int64_t t = 0; t <= 200; t += target)
          if (const auto r = reading(c, time_of(t), time_of(60))) {
            read.insert(ticks(r->before));
            if (r->between) read.insert(ticks(r->before) + source);
          }
        for (std::int64_t t = 0; t <= 60; t += source)
          BOOST_TEST(is_read(c, time_of(t), time_of(60)) == read.contains(t),
                     "sample " << t << " of " << source << " to " << target << ", delay " << delay);
      }
  BOOST_TEST(is_read(signal(Take::all, 0, 1, 4), time_of(3), time_of(60)));
}

BOOST_AUTO_TEST_CASE(parts_of_a_hash_add_up_to_the_whole_in_any_order) {
  PortHash whole, first, second;
  for (std::int64_t n = 0; n < 100; ++n) {
    const auto t = time_of(n * 1'000'000'000);
    whole.add(t, n, 0.5);
    (n % 3 == 0 ? first : second).add(t, n, 0.5);
  }
  second.add(first);
  BOOST_TEST((second == whole));
  BOOST_TEST(hash_bin(time_of(0)) == 0);
  BOOST_TEST(hash_bin(time_of(10'000'000'000)) == 0);
  BOOST_TEST(hash_bin(time_of(10'000'000'001)) == 1);
}

BOOST_AUTO_TEST_SUITE_END()
