// SPDX-License-Identifier: MIT
// Formulas of pairs, and connections whose statistics they promise, at fixed seeds.
#include "rules/connections.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "expressions/error.hpp"
#include "test.hpp"
#include "tutti/error.hpp"

namespace {

using namespace cell::rules;
using tutti::Elements;
using Kind = Rule::Kind;

/// Cells at random places of a box of 400 by 600 by 200 um.
Columns scattered(std::uint64_t n) {
  Columns c;
  const char* axes[] = {"x", "y", "z"};
  const double size[] = {400, 600, 200};
  for (std::size_t k = 0; k < 3; ++k)
    for (std::uint64_t i = 0; i < n; ++i)
      c[axes[k]].push_back(size[k] * tutti::Random{5, k, i}.uniform(0));
  for (std::uint64_t i = 0; i < n; ++i) c["layer"].push_back(static_cast<double>(i % 3));
  return c;
}

Words words(bool periodic = false) {
  return {.attributes = {"x", "y", "z", "layer"},
          .numbers = {{"reach", 120}},
          .size = {400, 600, 200},
          .periodic = {periodic, false, periodic}};
}

Formula pair(const char* text, bool periodic = false) {
  return {text, words(periodic), About::pair};
}

Connections all_of(const Columns& columns, std::uint64_t n) {
  return {.name = "c",
          .sources = Elements::range(0, n),
          .targets = Elements::range(0, n),
          .same = true,
          .pre = &columns,
          .post = &columns};
}

std::vector<Connection> made(const Connections& c, std::uint64_t seed = 3) {
  std::vector<Connection> all;
  c.for_each(seed, c.targets.numbers(), [&](const Connection& one) { all.push_back(one); });
  return all;
}

double distance(const Columns& c, std::uint64_t a, std::uint64_t b) {
  double sum = 0;
  for (const auto* axis : {"x", "y", "z"}) {
    const auto& v = c.find(axis)->second;
    sum += (v[a] - v[b]) * (v[a] - v[b]);
  }
  return std::sqrt(sum);
}

std::string thrown(const std::function<void()>& call) {
  try {
    call();
  } catch (const std::exception& e) {
    return e.what();
  }
  return "nothing";
}

}  // namespace

BOOST_AUTO_TEST_CASE(distances_are_those_of_space_flat_normalised_and_round) {
  Columns c;
  c["x"] = {10, 390}, c["y"] = {100, 400}, c["z"] = {0, 150}, c["layer"] = {1, 2};
  const std::uint64_t source = 0, draw = 0;
  const tutti::Random random{1, 2, 3};
  const auto value = [&](const char* text, bool periodic = false) {
    double v = 0;
    pair(text, periodic)
        .evaluate({.of_sources = &c,
                   .of_targets = &c,
                   .target = 1,
                   .sources = {&source, 1},
                   .draws = {&draw, 1},
                   .random = &random},
                  {&v, 1});
    return v;
  };
  BOOST_TEST(value("dist_x") == 380);
  BOOST_TEST(value("dist_2D") == std::hypot(380, 150));
  BOOST_TEST(std::abs(value("dist_3D") - std::hypot(380, 300, 150)) < 1e-12);
  BOOST_TEST(std::abs(value("dist_norm3D") - std::hypot(0.95, 0.5, 0.75)) < 1e-12);
  BOOST_TEST(std::abs(value("dist_norm2D") - std::hypot(0.95, 0.75)) < 1e-12);
  BOOST_TEST(value("dist_x", true) == 20);
  BOOST_TEST(value("dist_z", true) == 50);
  BOOST_TEST(value("dist_y", true) == 300);
  BOOST_TEST(value("pre_layer + 10 * post_layer + reach") == 141);
}

BOOST_AUTO_TEST_CASE(an_unknown_name_in_a_formula_points_at_its_character) {
  try {
    pair("0.4 * exp(-dist_3d / 100)");
    BOOST_FAIL("it was taken");
  } catch (const expressions::Error& e) {
    BOOST_TEST(e.where().value_or(0) == 11U);
    BOOST_TEST(std::string{e.what()}.find("did you mean 'dist_3D'") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(a_probability_that_falls_with_distance_does_so_by_chi_square) {
  const std::uint64_t n = 700;
  const auto cells = scattered(n);
  auto c = all_of(cells, n);
  c.rule.kind = Kind::probability;
  c.probability = pair("0.6 * exp(-dist_3D / reach)");
  constexpr std::size_t bins = 12;
  std::array<double, bins> seen{}, expected{}, variance{};
  const auto bin = [&](double d) {
    return std::min<std::size_t>(static_cast<std::size_t>(d / 50), bins - 1);
  };
  for (std::uint64_t a = 0; a < n; ++a)
    for (std::uint64_t b = 0; b < n; ++b) {
      if (a == b) continue;
      const double d = distance(cells, a, b), p = 0.6 * std::exp(-d / 120);
      expected[bin(d)] += p, variance[bin(d)] += p * (1 - p);
    }
  for (const auto& one : made(c)) {
    BOOST_REQUIRE(one.source != one.target);
    seen[bin(distance(cells, one.source, one.target))] += 1;
  }
  double chi = 0;
  for (std::size_t k = 0; k < bins; ++k)
    chi += (seen[k] - expected[k]) * (seen[k] - expected[k]) / variance[k];
  // 12 independent sums of Bernoulli draws: chi-square of 12, whose 99.9 % point is 32.9
  BOOST_TEST(chi < 32.9);
}

BOOST_AUTO_TEST_CASE(what_is_made_does_not_depend_on_how_targets_are_shared_out) {
  const std::uint64_t n = 150;
  const auto cells = scattered(n);
  auto c = all_of(cells, n);
  c.rule.kind = Kind::probability;
  c.probability = pair("exp(-dist_3D / 80)");
  c.where = pair("pre_layer != post_layer");
  c.weight.formula = pair("0.1 + 0.02 * normal");
  c.delay_ms.formula = pair("1 + dist_3D / 300 + 0.5 * uniform");
  const auto key = [](const Connection& x) {
    return std::tuple{x.target, x.source, x.weight, x.delay_ms};
  };
  const auto by = [&](const Connection& a, const Connection& b) { return key(a) < key(b); };
  auto whole = made(c);
  std::ranges::sort(whole, by);
  BOOST_TEST(whole.size() > 500U);
  for (const std::uint64_t ranks : {2U, 3U}) {
    std::vector<Connection> parts;
    for (std::uint64_t r = 0; r < ranks; ++r) {
      std::vector<std::uint64_t> mine;
      for (std::uint64_t i = r; i < n; i += ranks) mine.push_back(i);
      c.for_each(3, mine, [&](const Connection& one) { parts.push_back(one); });
    }
    std::ranges::sort(parts, by);
    BOOST_TEST(std::ranges::equal(parts, whole, {}, key, key), ranks << " ranks");
  }
  const auto& layer = cells.find("layer")->second;
  for (const auto& one : whole) {
    BOOST_REQUIRE(layer[one.source] != layer[one.target]);
    const double beyond = one.delay_ms - 1 - distance(cells, one.source, one.target) / 300;
    BOOST_REQUIRE((beyond > 0 && beyond < 0.5));
  }
}

BOOST_AUTO_TEST_CASE(a_fixed_indegree_draws_evenly_from_those_that_the_condition_leaves) {
  const std::uint64_t n = 300;
  const auto cells = scattered(n);
  auto c = all_of(cells, n);
  c.rule = {.kind = Kind::fixed_indegree, .number = 90, .multapses = false};
  c.where = pair("pre_layer == 1");
  std::vector<double> degree(n, 0), out(n, 0);
  for (const auto& one : made(c)) degree[one.target] += 1, out[one.source] += 1;
  double chi = 0;
  for (std::uint64_t i = 0; i < n; ++i) {
    BOOST_REQUIRE(degree[i] == 90);
    BOOST_REQUIRE((out[i] > 0) == (i % 3 == 1));
    // each of 100 candidates is left out with probability 1 - 90/100 (90/99 of its own layer)
    if (i % 3 == 1) chi += std::pow(out[i] - 270, 2) / (300 * 0.9 * 0.1);
  }
  BOOST_TEST(chi < 149.4);  // 99.9 % point of chi-square of 100
  c.rule.number = 120;
  const auto said = thrown([&] { made(c); });
  BOOST_TEST(said.find("needs 120 different sources") != std::string::npos, said);
}

BOOST_AUTO_TEST_CASE(a_probability_beyond_one_is_refused_with_its_pair) {
  const auto cells = scattered(50);
  auto c = all_of(cells, 50);
  c.rule.kind = Kind::probability;
  c.probability = pair("200 / dist_3D");
  const auto said = thrown([&] { made(c); });
  BOOST_TEST(said.find("the probability \"200 / dist_3D\" is") != std::string::npos, said);
  BOOST_TEST(said.find("min(1") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(groups_that_overlap_leave_out_only_a_cell_with_itself) {
  // sources 0..19 and 40..49, targets 10..44: 15 cells are in both
  const auto sources = united(Elements::range(0, 20), Elements::range(40, 10));
  const auto targets = Elements::range(10, 35);
  for (const auto kind : {Kind::all_to_all, Kind::probability, Kind::fixed_indegree,
                          Kind::fixed_outdegree, Kind::fixed_total}) {
    Connections c{.name = "g", .sources = sources, .targets = targets, .same = true};
    c.rule = {.kind = kind, .probability = 0.5, .number = kind == Kind::fixed_total ? 900U : 25U};
    if (kind != Kind::fixed_total) c.rule.multapses = false;
    std::set<std::pair<std::uint64_t, std::uint64_t>> pairs;
    for (const auto& one : made(c)) {
      BOOST_REQUIRE(one.source != one.target);
      BOOST_REQUIRE((sources.contains(one.source) && targets.contains(one.target)));
      pairs.insert({one.source, one.target});
    }
    if (kind == Kind::all_to_all) BOOST_TEST(pairs.size() == 30U * 35 - 15);
    if (kind == Kind::fixed_indegree) BOOST_TEST(pairs.size() == 35U * 25);
    if (kind == Kind::fixed_outdegree) BOOST_TEST(pairs.size() == 30U * 25);
  }
}

BOOST_AUTO_TEST_CASE(distributions_have_their_moments_and_bounds) {
  using D = Distribution::Kind;
  struct Case {
    Distribution d;
    double mean, variance;
  };
  const double cut = std::exp(-0.5) / std::sqrt(2 * std::acos(-1.0));  // normal density at 1
  const double beyond = 0.15865525393145707;                           // and its tail
  const Case cases[] = {
      {{D::exponential, 3}, 3, 9},
      {{D::gamma, 2.5, 0.4}, 1, 0.4},
      {{D::gamma, 0.5, 2}, 1, 2},
      {{D::lognormal, 2, 1}, 2, 1},
      {{D::normal, 0, 1, 1}, cut / beyond, 1 + cut / beyond - std::pow(cut / beyond, 2)},
      {{D::uniform, -1, 5}, 2, 3}};
  const tutti::Random random{1, 2, 3};
  constexpr int n = 40000;
  for (const auto& [d, mean, variance] : cases) {
    double sum = 0, squares = 0, least = 1e300;
    for (std::uint64_t k = 0; k < n; ++k) {
      const double x = draw(d, random, k);
      sum += x, squares += (x - mean) * (x - mean), least = std::min(least, x);
    }
    BOOST_TEST(std::abs(sum / n - mean) < 4 * std::sqrt(variance / n), static_cast<int>(d.kind));
    // fourth moments reach 9 (exponential) to some 40 (lognormal) variances squared
    BOOST_TEST(std::abs(squares / n / variance - 1) < 4 * std::sqrt(40.0 / n));
    BOOST_TEST(least >= least_of(d));
  }
  BOOST_TEST(thrown([&] {
               draw({D::normal, 0, 1, 50}, random, 0);
             }).find("widen them") != std::string::npos);
}
