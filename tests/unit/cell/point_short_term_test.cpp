// SPDX-License-Identifier: MIT
// Depression and facilitation against their closed solutions.
#include "point/short_term.hpp"

#include <cmath>

#include "point/network.hpp"
#include "test.hpp"

using namespace cell::point;

BOOST_AUTO_TEST_CASE(a_regular_train_settles_at_the_steady_state_of_depression) {
  // without facilitation x just before a spike solves x = 1 - (1 - x (1 - U)) q
  const ShortTerm p{.U = 0.45, .tau_rec = 300, .tau_facil = 0};
  ShortTermStates states{p, 1, 0.1};
  double scale = 0;
  for (std::uint64_t k = 0; k < 100; ++k) scale = states.spike(0, 500 * k);  // 20 Hz
  const double q = std::exp(-50.0 / 300);
  const double x = (1 - q) / (1 - (1 - p.U) * q);
  BOOST_TEST(std::abs(scale - p.U * x) < 1e-12);
}

BOOST_AUTO_TEST_CASE(a_regular_train_settles_at_the_steady_state_with_facilitation) {
  const ShortTerm p{.U = 0.1, .tau_rec = 100, .tau_facil = 1000};
  ShortTermStates states{p, 2, 0.1};
  double first = states.spike(1, 0), scale = first;
  BOOST_TEST(first == 0.1);
  for (std::uint64_t k = 1; k < 400; ++k) scale = states.spike(1, 250 * k);  // 40 Hz
  const double f = std::exp(-25.0 / 1000), q = std::exp(-25.0 / 100);
  const double u = p.U / (1 - (1 - p.U) * f);
  const double x = (1 - q) / (1 - (1 - u) * q);
  BOOST_TEST(std::abs(scale - u * x) < 1e-12);
}

BOOST_AUTO_TEST_CASE(resources_are_never_made_nor_lost) {
  const ShortTerm p{.U = 0.3, .tau_rec = 80, .tau_facil = 50};
  ShortTermStates states{p, 1, 0.1};
  // what is used and not yet back, summed over spikes with its decay, is what is missing
  double missing = 0;
  std::uint64_t before = 0;
  double u = 0;
  for (const std::uint64_t t : {10U, 60U, 65U, 400U, 401U, 2000U}) {
    missing *= std::exp(-0.1 * static_cast<double>(t - before) / 80);
    u = before == 0 ? p.U : u * std::exp(-0.1 * static_cast<double>(t - before) / 50);
    if (before != 0) u += p.U * (1 - u);
    const double used = states.spike(0, t);
    BOOST_TEST(std::abs(used - u * (1 - missing)) < 1e-12);
    missing += used;
    before = t;
  }
}

BOOST_AUTO_TEST_CASE(delivered_weights_are_scaled_spike_by_spike) {
  Network net{0.1, 1, {}};
  const auto& model = *find_model("IF_curr_exp");
  net.add({0, 2, &model, Values{model}});
  net.connect({.connections = {.name = "c",
                               .rule = {.kind = cell::rules::Rule::Kind::list, .pairs = {{0, 1}}},
                               .sources = tutti::Elements::range(0, 2),
                               .targets = tutti::Elements::range(0, 2),
                               .same = true,
                               .weight = {{Distribution::Kind::constant, 0.25}},
                               .delay_ms = {{Distribution::Kind::constant, 1}}},
               .short_term = ShortTerm{.U = 0.5, .tau_rec = 100, .tau_facil = 0}});
  net.start(10);
  const std::vector<Spike> spikes{{0, 10}, {0, 20}};
  net.advance(10);
  net.deliver({spikes.data(), 1});
  net.advance(20);
  BOOST_TEST(std::abs(net.state(1, 1) - 0.125) < 1e-12);
  net.deliver({spikes.data() + 1, 1});
  net.advance(30);
  const double left = 1 - 0.5 * std::exp(-1.0 / 100);
  BOOST_TEST(std::abs(net.state(1, 1) - (0.125 * std::exp(-1.0 / 5) + 0.25 * 0.5 * left)) < 1e-12);
}
