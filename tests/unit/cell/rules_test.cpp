// SPDX-License-Identifier: MIT
// Rules against the distributions that they promise, at fixed seeds.
#include "rules/rule.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "test.hpp"
#include "tutti/error.hpp"

namespace {

using namespace cell::rules;
using Kind = Rule::Kind;

std::vector<std::uint64_t> all(std::uint64_t n) {
  std::vector<std::uint64_t> nodes(n);
  std::iota(nodes.begin(), nodes.end(), 0);
  return nodes;
}

std::vector<std::pair<std::uint64_t, std::uint64_t>> pairs_of(const Rule& rule, const Ends& ends,
                                                              std::uint64_t seed = 3) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> found;
  for_each_pair(rule, ends, seed, 17, all(ends.targets),
                [&](const Pair& p) { found.emplace_back(p.source, p.target); });
  return found;
}

/// Chi-square of counts against an even spread, in standard deviations from its mean.
double uneven(const std::vector<double>& counts) {
  const double n = static_cast<double>(counts.size());
  const double mean = std::accumulate(counts.begin(), counts.end(), 0.0) / n;
  double chi = 0;
  for (const double c : counts) chi += (c - mean) * (c - mean) / mean;
  return (chi - (n - 1)) / std::sqrt(2 * (n - 1));
}

std::vector<double> count(const std::vector<std::pair<std::uint64_t, std::uint64_t>>& pairs,
                          std::uint64_t n, bool sources) {
  std::vector<double> counts(n, 0);
  for (const auto& [s, t] : pairs) counts[sources ? s : t] += 1;
  return counts;
}

}  // namespace

BOOST_AUTO_TEST_CASE(all_to_all_joins_every_pair_but_a_cell_with_itself) {
  BOOST_TEST(pairs_of({.kind = Kind::all_to_all}, {30, 40, false}).size() == 1200U);
  BOOST_TEST(pairs_of({.kind = Kind::all_to_all}, {30, 30, true}).size() == 870U);
  BOOST_TEST(pairs_of({.kind = Kind::all_to_all, .self = true}, {30, 30, true}).size() == 900U);
}

BOOST_AUTO_TEST_CASE(one_to_one_joins_equal_nodes_as_far_as_there_are_both) {
  const auto found = pairs_of({.kind = Kind::one_to_one}, {20, 30, false});
  BOOST_TEST(found.size() == 20U);
  for (const auto& [s, t] : found) BOOST_TEST(s == t);
}

BOOST_AUTO_TEST_CASE(a_probability_gives_binomial_degrees_spread_evenly) {
  const Ends ends{2000, 1500, false};
  const auto found = pairs_of({.kind = Kind::probability, .probability = 0.05}, ends);
  const double expected = 2000.0 * 1500 * 0.05, sd = std::sqrt(expected * 0.95);
  BOOST_TEST(std::abs(static_cast<double>(found.size()) - expected) < 4 * sd);
  // a binomial's chi-square is that of a Poisson distribution times 0.95
  BOOST_TEST(std::abs(uneven(count(found, 2000, true))) < 5);
  BOOST_TEST(std::abs(uneven(count(found, 1500, false))) < 5);
  BOOST_TEST((std::set(found.begin(), found.end()).size() == found.size()));
}

BOOST_AUTO_TEST_CASE(fixed_degrees_are_exact_at_one_end_and_even_at_the_other) {
  const Ends ends{500, 400, false};
  const auto in = pairs_of({.kind = Kind::fixed_indegree, .number = 100}, ends);
  for (const double c : count(in, 400, false)) BOOST_TEST(c == 100);
  BOOST_TEST(std::abs(uneven(count(in, 500, true))) < 4);
  const auto out = pairs_of({.kind = Kind::fixed_outdegree, .number = 80}, ends);
  for (const double c : count(out, 500, true)) BOOST_TEST(c == 80);
  BOOST_TEST(std::abs(uneven(count(out, 400, false))) < 4);
  const auto total = pairs_of({.kind = Kind::fixed_total, .number = 30000}, ends);
  BOOST_TEST(total.size() == 30000U);
  BOOST_TEST(std::abs(uneven(count(total, 500, true))) < 4);
  BOOST_TEST(std::abs(uneven(count(total, 400, false))) < 4);
}

BOOST_AUTO_TEST_CASE(without_multapses_no_pair_comes_twice) {
  for (const auto kind : {Kind::fixed_indegree, Kind::fixed_outdegree, Kind::fixed_total}) {
    const std::uint64_t number = kind == Kind::fixed_total ? 1500 : 39;
    const auto found =
        pairs_of({.kind = kind, .number = number, .multapses = false}, {40, 40, true});
    BOOST_TEST((std::set(found.begin(), found.end()).size() == found.size()));
    for (const auto& [s, t] : found) BOOST_TEST(s != t);
  }
}

BOOST_AUTO_TEST_CASE(a_small_world_is_a_ring_with_the_share_of_shortcuts_asked_for) {
  const Ends ends{1000, 1000, true};
  std::size_t far = 0;
  const auto found = pairs_of({.kind = Kind::small_world, .probability = 0.2, .number = 10}, ends);
  BOOST_TEST(found.size() == 10000U);
  for (const auto& [s, t] : found) {
    const auto apart = std::min((s + 1000 - t) % 1000, (t + 1000 - s) % 1000);
    far += apart > 5 ? 1 : 0;
    BOOST_TEST(apart != 0U);
  }
  // one in a hundred of the rewired lands near all the same
  BOOST_TEST(std::abs(static_cast<double>(far) - 1980) < 4 * std::sqrt(1980 * 0.8));
}

BOOST_AUTO_TEST_CASE(the_network_is_the_same_however_its_targets_are_shared_out) {
  const Ends ends{120, 90, false};
  for (const auto& rule : {Rule{.kind = Kind::all_to_all}, Rule{.kind = Kind::one_to_one},
                           Rule{.kind = Kind::probability, .probability = 0.2},
                           Rule{.kind = Kind::fixed_indegree, .number = 9},
                           Rule{.kind = Kind::fixed_outdegree, .number = 7, .multapses = false},
                           Rule{.kind = Kind::fixed_total, .number = 500}}) {
    std::vector<std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>> whole, shared;
    const auto into = [](auto& list) {
      return [&list](const Pair& p) { list.emplace_back(p.target, p.draw, p.source); };
    };
    for_each_pair(rule, ends, 5, 1, all(90), into(whole));
    for (std::uint64_t part = 0; part < 4; ++part) {
      std::vector<std::uint64_t> mine;
      for (std::uint64_t n = part; n < 90; n += 4) mine.push_back(n);
      for_each_pair(rule, ends, 5, 1, mine, into(shared));
    }
    std::ranges::sort(whole), std::ranges::sort(shared);
    BOOST_TEST((whole == shared));
    BOOST_TEST(!whole.empty());
  }
}

BOOST_AUTO_TEST_CASE(a_rule_that_cannot_be_fulfilled_says_why) {
  const auto why = [](const Rule& rule, const Ends& ends) { return problem_of(rule, ends); };
  BOOST_TEST(
      why({.kind = Kind::fixed_indegree, .number = 40, .multapses = false}, {40, 40, true}) ==
      "40 different partners are asked for and there are 39; lower the number or allow multapses");
  BOOST_TEST(!why({.kind = Kind::small_world, .number = 4}, {40, 30, false}).empty());
  BOOST_TEST(!why({.kind = Kind::list, .pairs = {{3, 50}}}, {40, 30, false}).empty());
  BOOST_CHECK_THROW(
      pairs_of({.kind = Kind::fixed_total, .number = 9, .multapses = false}, {2, 4, false}),
      tutti::Error);
}
