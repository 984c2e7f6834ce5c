// SPDX-License-Identifier: MIT
// Networks of point neurons: delivery, drives, and the same spikes for any share-out.
#include "point/network.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "test.hpp"

namespace {

using namespace cell::point;
using cell::rules::Rule;
using tutti::Elements;

constexpr double dt = 0.1;

Values leaky(double tau_refrac = 2) {
  Values v{*find_model("IF_curr_delta")};
  const auto set = [&](const char* name, double x) {
    v.set(find_model("IF_curr_delta")->find(name), x);
  };
  set("v_rest", 0), set("v_reset", 10), set("v_thresh", 20), set("tau_refrac", tau_refrac);
  return v;
}

/// Brunel's network in little, with drawn weights and delays; all ranks of it, in one process.
std::vector<Spike> little_brunel(std::uint64_t ranks, std::uint64_t threads,
                                 std::uint64_t window = 10) {
  std::vector<Network> all;
  for (std::uint64_t rank = 0; rank < ranks; ++rank) {
    auto& net = all.emplace_back(dt, 7, Share{rank, ranks, threads});
    net.add({0, 400, find_model("IF_curr_delta"), leaky()});
    net.add({400, 100, find_model("IF_cond_exp"), Values{*find_model("IF_cond_exp")}});
    const auto join = [&](const char* name, std::uint64_t first, std::uint64_t n, std::size_t to,
                          bool same, Rule rule, Distribution weight, std::size_t receptor) {
      net.connect(
          {.connections = {.name = name,
                           .rule = rule,
                           .sources = Elements::range(first, n),
                           .targets = to == 0 ? Elements::range(0, 400) : Elements::range(400, 100),
                           .same = same,
                           .weight = {weight},
                           .delay_ms = {{Distribution::Kind::uniform, 1, 3}}},
           .to = to,
           .receptor = receptor,
           .least_delay = 10});
    };
    using Kind = Distribution::Kind;
    join("ee", 0, 400, 0, true, {.kind = Rule::Kind::fixed_indegree, .number = 40},
         {Kind::normal, 0.4, 0.1}, 0);
    join("ei", 0, 400, 1, false, {.kind = Rule::Kind::probability, .probability = 0.1},
         {Kind::lognormal, 0.002, 0.001}, 0);
    join("ie", 400, 100, 0, false, {.kind = Rule::Kind::fixed_outdegree, .number = 40},
         {Kind::constant, -1.5}, 0);
    net.drive({"out", 0, 0, 20, 0.1});
    net.drive({"out", 1, 0, 10, 0.004});
    net.start(window);
  }
  std::vector<Spike> spikes;
  for (std::uint64_t to = window; to <= 2000; to += window) {
    std::vector<Spike> now;
    for (auto& net : all) {
      const auto fired = net.advance(to);
      now.insert(now.end(), fired.begin(), fired.end());
    }
    std::ranges::sort(now, {}, [](const Spike& s) { return std::pair{s.instant, s.source}; });
    for (auto& net : all) net.deliver(now);
    spikes.insert(spikes.end(), now.begin(), now.end());
  }
  return spikes;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_spike_arrives_after_its_delay_with_its_weight) {
  Network net{dt, 1, {}};
  net.add({0, 2, find_model("IF_curr_delta"), leaky()});
  net.connect({.connections = {.name = "c",
                               .rule = {.kind = Rule::Kind::list, .pairs = {{0, 1}}},
                               .sources = Elements::range(0, 2),
                               .targets = Elements::range(0, 2),
                               .same = true,
                               .weight = {{Distribution::Kind::constant, 4}},
                               .delay_ms = {{Distribution::Kind::constant, 1.5}}}});
  net.start(5);
  const Spike spike{0, 3};
  net.advance(5);
  net.deliver({&spike, 1});
  for (std::uint64_t instant = 6; instant <= 20; ++instant) {
    net.advance(instant);
    const double expected =
        instant < 18 ? 0 : 4 * std::exp(-dt * static_cast<double>(instant - 18) / 20);
    BOOST_TEST(std::abs(net.state(1, 0) - expected) < 1e-12, "instant " << instant);
    BOOST_TEST(net.state(0, 0) == 0);
  }
  BOOST_TEST(net.events() == 1U);
}

BOOST_AUTO_TEST_CASE(spikes_are_the_same_for_any_number_of_ranks_threads_and_windows) {
  const auto one = little_brunel(1, 1);
  BOOST_TEST(one.size() > 1000U);
  for (const auto& [ranks, threads] : {std::pair{2U, 1U}, {3U, 1U}, {1U, 2U}, {2U, 3U}})
    BOOST_TEST((little_brunel(ranks, threads) == one),
               ranks << " ranks, " << threads << " threads");
  BOOST_TEST((little_brunel(1, 1, 4) == one), "a window of 4 steps");
}

BOOST_AUTO_TEST_CASE(a_poisson_drive_has_the_mean_and_variance_of_its_rate) {
  for (const double mean : {0.02, 2.0, 55.0, 3000.0}) {
    std::vector<std::uint64_t> ids(1000);
    std::vector<std::uint32_t> targets(1000);
    for (std::uint32_t i = 0; i < 1000; ++i) ids[i] = i, targets[i] = i;
    PoissonDrive drive{
        [&](std::uint64_t) { return mean; }, false, 1, 0, 1u << 30, 9, 4, ids, targets};
    double sum = 0, squares = 0;
    constexpr int steps = 400;
    for (int n = 1; n <= steps; ++n) {
      std::vector<double> slot(1000, 0);
      drive.add(static_cast<std::uint64_t>(n), slot.data());
      for (const double c : slot) sum += c, squares += (c - mean) * (c - mean);
    }
    const double draws = 1000.0 * steps;
    BOOST_TEST(std::abs(sum / draws - mean) < 4 * std::sqrt(mean / draws), mean);
    const double variance_sd = std::sqrt((mean + 2 * mean * mean) / draws);
    BOOST_TEST(std::abs(squares / draws - mean) < 4 * variance_sd, mean);
  }
}

BOOST_AUTO_TEST_CASE(poisson_counts_are_those_of_the_distribution_by_chi_square) {
  const PoissonCounts counts{2.0};
  std::map<int, double> seen;
  constexpr std::uint64_t draws = 1 << 20;
  for (std::uint64_t k = 0; k < draws; ++k)  // evenly spread bits: no sampling error at all
    seen[std::min<int>(counts(static_cast<std::uint32_t>(k << 12)), 10)] += 1;
  for (int k = 0; k < 10; ++k) {
    const double p = std::exp(k * std::log(2.0) - 2.0 - std::lgamma(k + 1.0));
    BOOST_TEST(std::abs(seen[k] / draws - p) < 2e-6, k);
  }
}

BOOST_AUTO_TEST_CASE(alike_synapses_take_four_bytes_and_drawn_ones_ten) {
  for (const bool drawn : {false, true}) {
    Network net{dt, 1, {}};
    net.add({0, 2000, find_model("IF_curr_delta"), leaky()});
    const auto kind = drawn ? Distribution::Kind::uniform : Distribution::Kind::constant;
    net.connect({.connections = {.name = "c",
                                 .rule = {.kind = Rule::Kind::fixed_indegree, .number = 500},
                                 .sources = Elements::range(0, 2000),
                                 .targets = Elements::range(0, 2000),
                                 .same = true,
                                 .weight = {{kind, 1, 2}},
                                 .delay_ms = {{kind, 1, 5}}}});
    BOOST_TEST(net.synapses() == 1'000'000U);
    BOOST_TEST(static_cast<double>(net.synapse_bytes()) < (drawn ? 10.1e6 : 4.1e6));
  }
}

BOOST_AUTO_TEST_CASE(contacts_are_those_of_the_rule_with_drawn_weights_in_bounds) {
  Network net{dt, 2, {0, 1, 3}};
  net.add({0, 300, find_model("IF_curr_delta"), leaky()});
  net.connect({.connections = {.name = "c",
                               .rule = {.kind = Rule::Kind::fixed_indegree, .number = 100},
                               .sources = Elements::range(0, 300),
                               .targets = Elements::range(0, 300),
                               .same = true,
                               .weight = {{Distribution::Kind::normal, 1, 0.2, 0.5, 1.5}},
                               .delay_ms = {{Distribution::Kind::uniform, 1, 2}}}});
  double sum = 0, n = 0;
  net.for_each_contact([&](std::uint64_t source, std::uint64_t target, double w, std::uint32_t d) {
    sum += w, n += 1;
    BOOST_REQUIRE((w >= 0.5 && w <= 1.5 && d >= 10 && d <= 20 && source != target));
  });
  BOOST_TEST(n == 30000);
  BOOST_TEST(std::abs(sum / n - 1) < 4 * 0.2 / std::sqrt(n));
}
