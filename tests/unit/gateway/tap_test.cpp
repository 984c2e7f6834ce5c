// SPDX-License-Identifier: MIT
#include "module/tap.hpp"

#include <atomic>
#include <cstring>
#include <thread>

#include "module/steered.hpp"
#include "test.hpp"

using namespace tutti;
using module::Tap;

namespace {

constexpr Duration ms{1'000'000'000};

tap::Order order(Elements elements, int every, tap::Reduce reduce, std::uint64_t rate = 1 << 20) {
  return {1, "v", std::move(elements), every * ms, reduce, false, rate};
}
std::vector<double> values(const tap::Chunk& chunk) {
  std::vector<double> all(chunk.values.size() / sizeof(double));
  std::memcpy(all.data(), chunk.values.data(), chunk.values.size());
  return all;
}
/// Puts samples t, t+1 … of three elements: 10 t + element.
void put(Tap& tap, int from, int to) {
  for (int t = from; t <= to; ++t)
    tap.sample(time_zero + t * ms, std::vector<double>{10.0 * t, 10.0 * t + 1, 10.0 * t + 2});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(gateway_tap)

BOOST_AUTO_TEST_CASE(a_tap_reduces_at_the_source) {
  const auto own = Elements::range(5, 3);
  tap::Chunk chunk;
  Tap latest{order(Elements::range(6, 9), 2, tap::Reduce::latest), own, PortKind::signal};
  latest.begin(time_zero + 1 * ms);
  put(latest, 1, 4);
  BOOST_REQUIRE(latest.collect(chunk, 1.0, false));
  BOOST_TEST(values(chunk) == (std::vector<double>{21, 22, 41, 42}));
  BOOST_TEST((chunk.reached == time_zero + 4 * ms));
  Tap mean{order(own, 2, tap::Reduce::mean), own, PortKind::signal};
  mean.begin(time_zero + 1 * ms);
  put(mean, 1, 6);  // (0, 2] was seen in part, (2, 4] and (4, 6] whole
  BOOST_REQUIRE(mean.collect(chunk, 1.0, false));
  BOOST_TEST(values(chunk) == (std::vector<double>{35, 36, 37, 55, 56, 57}));
  Tap both{order(Elements::range(5, 1), 2, tap::Reduce::min_max), own, PortKind::signal};
  both.begin(time_zero);
  put(both, 0, 4);
  BOOST_REQUIRE(both.collect(chunk, 1.0, false));
  BOOST_TEST(values(chunk) == (std::vector<double>{10, 20, 30, 40}));
}

BOOST_AUTO_TEST_CASE(a_tap_that_is_not_read_loses_and_counts_and_keeps_to_its_rate) {
  const auto own = Elements::range(0, 1000);
  Tap tap{order(own, 1, tap::Reduce::latest, 100'000), own, PortKind::signal};
  tap.begin(time_zero);
  const std::vector<double> sample(1000, 1.0);
  std::size_t shipped = 0;
  std::uint64_t lost = 0;
  for (int t = 0; t < 5000; ++t) {  // 8 MB a second of wall time where 0.1 is allowed, for 5 s
    tap.sample(time_zero + t * ms, sample);
    tap::Chunk chunk;
    if (t % 20 == 0 && tap.collect(chunk, 1.0 + 0.001 * t, false))
      shipped += chunk.values.size(), lost = chunk.lost;
  }
  BOOST_TEST(shipped < 700'000U);  // a second's burst more than 5 s at the rate, at most
  BOOST_TEST(shipped > 300'000U);
  BOOST_TEST(lost > 4000U);  // as far as the last chunk knew
}

BOOST_AUTO_TEST_CASE(two_threads_pass_spikes_without_losing_or_inventing_any) {
  const auto own = Elements::range(0, 4);
  Tap tap{order(Elements::range(0, 3), 1, tap::Reduce::latest, 1U << 30), own, PortKind::spikes};
  constexpr std::uint64_t count = 200'000;
  std::atomic<bool> done{false};
  std::thread writer{[&] {
    tap.begin(time_zero);
    for (std::uint64_t k = 0; k < count; ++k) {
      const Time t = time_zero + Duration{static_cast<std::int64_t>(k)};
      tap.spike(t, k % 4, k % 4);
      tap.reach(t);
    }
    done = true;
  }};
  std::uint64_t seen = 0, lost = 0;
  std::int64_t last = -1;
  bool ordered = true;
  for (bool end = false; !end;) {
    end = done;
    tap::Chunk chunk;
    if (!tap.collect(chunk, 1.0, true)) continue;
    for (std::size_t k = 0; k < chunk.times.size(); ++k) {
      ordered = ordered && chunk.times[k] > last && chunk.elements[k] < 3 &&
                chunk.elements[k] == static_cast<std::uint64_t>(chunk.times[k]) % 4;
      last = chunk.times[k];
    }
    seen += chunk.times.size(), lost = chunk.lost;
  }
  writer.join();
  BOOST_TEST(ordered);
  BOOST_TEST(seen + lost == count / 4 * 3);
}

BOOST_AUTO_TEST_CASE(steered_values_replace_or_add_while_they_last_and_the_last_one_counts) {
  module::Steered steered;
  control::Send hold;
  hold.kind = PortKind::signal, hold.value = 5, hold.elements = Elements::range(1, 2);
  auto more = hold;
  more.value = 1, more.add = true, more.elements = Elements::range(2, 1), more.duration = 2 * ms;
  steered.add({time_zero + 1 * ms, hold});
  steered.add({time_zero + 3 * ms, more});
  const auto read = [&](int t) {
    std::vector<double> sample{10, 11, 12};
    steered.hold(time_zero + t * ms);
    steered.apply(Elements::range(0, 3), sample);
    return sample;
  };
  BOOST_TEST(read(0) == (std::vector<double>{10, 11, 12}));
  BOOST_TEST(read(1) == (std::vector<double>{10, 5, 5}));
  BOOST_TEST(read(3) == (std::vector<double>{10, 5, 13}));
  BOOST_TEST(read(5) == (std::vector<double>{10, 5, 5}));  // over: the one before is still held
}

BOOST_AUTO_TEST_SUITE_END()
