// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <numbers>

#include "spike_player.hpp"
#include "test.hpp"

using namespace player;
using tutti::parse_duration;
using tutti::time_zero;

namespace {

struct Played {
  std::uint64_t element;
  Time time;
  double weight;
  auto operator<=>(const Played&) const = default;
};

std::vector<Played> play(const std::vector<SpikeRecipe>& recipes, Duration step, Duration stop,
                         int rank = 0, int ranks = 1, std::uint64_t seed = 7) {
  std::uint64_t total = 0;
  for (const auto& recipe : recipes) total += recipe.number();
  SpikePlayer player{recipes, seed, 1, share_of(total, rank, ranks)};
  std::vector<Played> all;
  for (Time t = time_zero; t < time_zero + stop; t += step) {
    const tutti::Window window{t, t + step};
    player.play(window, [&](std::uint64_t element, Time time, double weight) {
      BOOST_REQUIRE(window.contains(time));
      all.push_back({element, time, weight});
    });
  }
  return all;
}

SpikeRecipe poisson(std::uint64_t number, double rate_hz) {
  Poisson recipe;
  recipe.number = number;
  recipe.rate_hz = rate_hz;
  return {"p", 1, recipe};
}

/// Mean [s] and coefficient of variation of all intervals.
std::pair<double, double> intervals(const std::vector<Played>& spikes, std::uint64_t number) {
  std::vector<Time> last(number, time_zero);
  double n = 0, sum = 0, squares = 0;
  for (const auto& spike : spikes) {
    const double interval = tutti::to_s(spike.time - last[spike.element]);
    last[spike.element] = spike.time;
    n += 1, sum += interval, squares += interval * interval;
  }
  const double mean = sum / n;
  return {mean, std::sqrt(squares / n - mean * mean) / mean};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(player_spikes)

BOOST_AUTO_TEST_CASE(poisson_trains_have_their_rate_and_the_variation_of_poisson_trains) {
  const auto spikes = play({poisson(200, 20)}, parse_duration("10 ms"), parse_duration("50 s"));
  // 200,000 expected with a standard deviation of 447: five of them.
  BOOST_TEST(std::abs(static_cast<double>(spikes.size()) - 200'000) < 5 * 447);
  const auto [mean, cv] = intervals(spikes, 200);
  BOOST_TEST(mean == 0.05, boost::test_tools::tolerance(0.012));
  // The CV of n exponential intervals scatters by about 1/sqrt(n) = 0.0022; five of them. The
  // interval that the end of the run cuts off lowers it by less than 1/1000.
  BOOST_TEST(std::abs(cv - 1) < 0.012);
}

BOOST_AUTO_TEST_CASE(a_dead_time_lowers_the_variation_and_keeps_the_rate) {
  auto recipe = poisson(200, 20);
  std::get<Poisson>(recipe.trains).dead_time = parse_duration("20 ms");
  const auto spikes = play({recipe}, parse_duration("10 ms"), parse_duration("50 s"));
  const auto [mean, cv] = intervals(spikes, 200);
  BOOST_TEST(mean == 0.05, boost::test_tools::tolerance(0.012));
  BOOST_TEST(std::abs(cv - 0.6) < 0.012);  // 1 - d/µ
}

BOOST_AUTO_TEST_CASE(a_modulated_rate_follows_its_sine) {
  auto recipe = poisson(100, 50);
  std::get<Poisson>(recipe.trains).depth = 0.5;
  std::get<Poisson>(recipe.trains).frequency_hz = 10;
  const auto spikes = play({recipe}, parse_duration("10 ms"), parse_duration("20 s"));
  double sine = 0, cosine = 0;
  for (const auto& spike : spikes) {
    const double phase = 2 * std::numbers::pi * 10 * tutti::to_s(spike.time.time_since_epoch());
    sine += std::sin(phase), cosine += std::cos(phase);
  }
  // ∫ r(1 + m sin) sin = m/2 of all spikes; n = 1e5 scatter by sqrt(n/2) = 224: five of them.
  const auto n = static_cast<double>(spikes.size());
  BOOST_TEST(std::abs(n - 1e5) < 5 * 316);
  BOOST_TEST(std::abs(sine / n - 0.25) < 0.012);
  BOOST_TEST(std::abs(cosine / n) < 0.012);
}

BOOST_AUTO_TEST_CASE(spikes_do_not_depend_on_ranks_or_windows) {
  const std::vector<SpikeRecipe> recipes{
      poisson(13, 40),
      {"r", 2,
       Regular{4, parse_duration("7 ms"), time_zero + parse_duration("1 ms"), never,
               parse_duration("0.3 ms")}},
      poisson(5, 100)};
  const Duration stop = parse_duration("2 s");
  const auto whole = play(recipes, parse_duration("0.1 ms"), stop);
  BOOST_TEST(whole.size() > 2000u);
  BOOST_TEST((play(recipes, stop, stop) == whole));
  for (const int ranks : {2, 3, 7, 30}) {
    std::vector<Played> merged;
    for (int rank = 0; rank < ranks; ++rank)
      for (const auto& spike : play(recipes, parse_duration("5 ms"), stop, rank, ranks))
        merged.push_back(spike);
    std::ranges::sort(merged, {}, [](const Played& s) { return std::pair{s.time, s.element}; });
    BOOST_TEST((merged == whole));
  }
  BOOST_TEST((play(recipes, stop, stop, 0, 1, 8) != whole));
}

BOOST_AUTO_TEST_CASE(start_and_stop_bound_a_train) {
  auto recipe = poisson(50, 200);
  std::get<Poisson>(recipe.trains).start = time_zero + parse_duration("100 ms");
  std::get<Poisson>(recipe.trains).stop = time_zero + parse_duration("200 ms");
  const auto spikes = play({recipe}, parse_duration("1 ms"), parse_duration("1 s"));
  // 1000 expected, standard deviation 32.
  BOOST_TEST(std::abs(static_cast<double>(spikes.size()) - 1000) < 5 * 32);
  BOOST_TEST((spikes.front().time > time_zero + parse_duration("100 ms")));
  BOOST_TEST((spikes.back().time <= time_zero + parse_duration("200 ms")));
}

BOOST_AUTO_TEST_CASE(regular_trains_are_regular_to_the_tick) {
  const Regular regular{2, parse_duration("0.3 s"), time_zero + parse_duration("10 ms"),
                        time_zero + parse_duration("610 ms"), parse_duration("5 ms")};
  const auto spikes = play({{"r", 0.5, regular}}, parse_duration("10 ms"), parse_duration("1 s"));
  std::vector<std::pair<std::uint64_t, std::string>> found;
  for (const auto& spike : spikes) {
    BOOST_TEST(spike.weight == 0.5);
    found.emplace_back(spike.element, tutti::to_string(spike.time));
  }
  const std::vector<std::pair<std::uint64_t, std::string>> expected{
      {0, "10 ms"}, {1, "15 ms"}, {0, "310 ms"}, {1, "315 ms"}, {0, "610 ms"}};
  BOOST_TEST((found == expected));
}

BOOST_AUTO_TEST_CASE(shares_cover_everything_once) {
  for (const std::uint64_t total : {0u, 1u, 7u, 100u})
    for (const int ranks : {1, 2, 3, 8}) {
      std::uint64_t next = 0;
      for (int rank = 0; rank < ranks; ++rank) {
        const auto share = share_of(total, rank, ranks);
        BOOST_TEST(share.first == next);
        next += share.count;
      }
      BOOST_TEST(next == total);
    }
}

BOOST_AUTO_TEST_SUITE_END()
