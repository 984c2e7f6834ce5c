// SPDX-License-Identifier: MIT
// Synapses onto event-driven neurons that change, against sums over pairs of spikes.
#include <algorithm>
#include <cmath>

#include "network/event_cells.hpp"
#include "test.hpp"
#include "tutti/config/yaml.hpp"
#include "tutti/error.hpp"

using namespace cell;

namespace {

std::string model_text(const std::string& kind, const std::string& connections) {
  return "cells: {train: {model: SpikeSourceArray}, fire: " + kind +
         "}\npopulations: {pre: {cell: train, number: 3}, post: {cell: fire, number: 2}}\n"
         "connections:\n" +
         connections;
}

struct Train {
  std::uint64_t source;
  double ms;
};

/// Neurons whose sources fire as told, for `stop_ms` in windows of 0.5 ms.
struct Trial {
  Model model;
  Atlas atlas;
  EventCells cells;
  std::vector<std::pair<std::uint64_t, double>> fired{};  // gid, ms

  Trial(const std::string& text, std::vector<Train> trains, double stop_ms, double reward = 0)
      : model{read_model(tutti::config::parse_yaml(text, "test"), tutti::parse_duration("0.5 ms"))},
        atlas{model, 3},
        cells{atlas, 0, 1} {
    cells.connect();
    if (reward != 0) cells.reward(tutti::time_zero, reward);
    std::ranges::sort(trains, {}, &Train::ms);
    auto next = trains.begin();
    for (int window = 1; 0.5 * window <= stop_ms; ++window) {
      const auto end = tutti::time_zero + window * tutti::parse_duration("0.5 ms");
      for (const auto& f : cells.advance(end))
        fired.emplace_back(f.source, static_cast<double>(f.time) * 1e-9);
      for (; next != trains.end() && next->ms <= 0.5 * window; ++next)
        cells.deliver(next->source, tutti::nearest_tick(next->ms));
    }
  }
  std::vector<double> of(std::uint64_t gid) const {
    std::vector<double> times;
    for (const auto& [who, ms] : fired)
      if (who == gid) times.push_back(ms);
    return times;
  }
};

/// u after all pairs up to the source's last spike, by the additive rule (Song, Miller & Abbott
/// 2000); the delay is on the side of the target. Pairs up to the last spike are all that a weight
/// has seen by then.
double paired(double u, const std::vector<double>& pre, const std::vector<double>& post,
              double delay, double up, double down, double tau_plus, double tau_minus) {
  for (const double a : pre)
    for (const double b : post) {
      const double seen = b + delay;
      if (seen > a && seen <= pre.back()) u += up * std::exp(-(seen - a) / tau_plus);
      if (seen < a) u -= down * std::exp(-(a - seen) / tau_minus);
    }
  return u;
}

/// Irregular times off any grid: fractions of the golden ratio.
std::vector<double> irregular(int count, double gap_ms) {
  std::vector<double> times;
  double t = 3;
  for (int k = 1; k <= count; ++k)
    times.push_back(t += gap_ms * (0.3 + 1.4 * std::fmod(0.6180339887 * k, 1.0)));
  return times;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(event_plasticity)

BOOST_AUTO_TEST_CASE(plastic_weights_onto_event_driven_neurons_are_the_sum_over_pairs_of_spikes) {
  for (const std::string kind :
       {"{model: IntFire1, parameters: {tau: 20 ms, refrac: 2 ms}}",
        "{model: IntFire2, parameters: {taum: 10 ms, taus: 20 ms, ib: 1.3}}",
        "{model: IntFire4, parameters: {taue: 3 ms, taui1: 5 ms, taui2: 10 ms, taum: 20 ms}}"}) {
    const auto pre = irregular(60, 7);
    std::vector<Train> trains;
    for (const double t : pre) trains.push_back({1, t});
    for (const double t : irregular(300, 2)) trains.push_back({0, t});  // makes them fire
    const Trial trial{model_text(kind, R"(
  - {from: pre, to: post, rule: {list: [[0, 0], [0, 1]]}, weight: 0.6, delay: 1 ms}
  - {from: pre, to: post, rule: {list: [[1, 0], [2, 1]]}, weight: 0.04, delay: 1.2345 ms,
     stdp: {w_min: 0, w_max: 0.1, A_plus: 0.0008, A_minus: 0.0005, tau_plus: 17 ms, tau_minus: 34 ms}}
)"),
                      trains, 500};
    const auto post = trial.of(3);
    BOOST_REQUIRE(post.size() > 10U);
    const auto means = trial.cells.plastic_means();
    BOOST_REQUIRE(means.size() == 2U);
    const double expected = paired(0.4, pre, post, 1.2345, 0.0008, 0.0005, 17, 34);
    BOOST_TEST(std::abs(expected - 0.4) > 0.001);
    BOOST_TEST((expected > 0 && expected < 1));
    // times are ticks of 1e-9 ms; a rounding moves a change of 0.005 by 0.0008 × 1e-9 / 17
    BOOST_TEST(means[0] == expected, boost::test_tools::tolerance(1e-9));
    BOOST_TEST(means[1] == 0.4, boost::test_tools::tolerance(1e-12));  // its source was silent
  }
}

BOOST_AUTO_TEST_CASE(a_weight_that_has_grown_makes_an_event_driven_neuron_fire) {
  // every spike of source 1 comes just before the target fires by source 0, so its weight grows
  std::vector<Train> trains;
  for (int k = 1; k <= 40; ++k)
    trains.push_back({1, 50.0 * k}), trains.push_back({0, 50.0 * k + 4});
  trains.push_back({1, 2075});  // alone
  const Trial trial{model_text("{model: IntFire1, parameters: {tau: 10 ms, refrac: 2 ms}}", R"(
  - {from: pre, to: post, rule: {list: [[0, 0]]}, weight: 1.01, delay: 1 ms}
  - {from: pre, to: post, rule: {list: [[1, 0]]}, weight: 0.2, delay: 1 ms,
     stdp: {w_min: 0, w_max: 1.2, A_plus: 0.05, A_minus: 0.001}}
)"),
                    trains, 2100};
  const auto post = trial.of(3);
  // early on 0.2 alone does nothing; at the end it fires the target by itself, 1 ms later
  BOOST_TEST(std::abs(post.front() - 55) < 1e-9);
  BOOST_TEST(std::abs(post.back() - 2076) < 1e-9);
}

BOOST_AUTO_TEST_CASE(reward_moves_weights_onto_event_driven_neurons_and_its_absence_does_not) {
  std::vector<Train> trains;
  for (const double t : irregular(50, 9)) trains.push_back({0, t});
  const auto text = model_text("{model: IntFire1}", R"(
  - {from: pre, to: post, rule: {list: [[0, 0]]}, weight: 1.1, delay: 1 ms}
  - {from: pre, to: post, rule: {list: [[0, 0]]}, weight: 1e-9, delay: 1 ms,
     stdp: {w_min: 0, w_max: 2e-9, A_plus: 0.01, A_minus: 0.002, reward: {tau: 100 ms}}}
)");
  const Trial without{text, trains, 500}, with{text, trains, 500, 1};
  BOOST_TEST(without.cells.plastic_means()[0] == 0.5, boost::test_tools::tolerance(1e-12));
  // u' = c r: by hand, in steps of a microsecond
  const auto pre = irregular(50, 9), post = with.of(3);
  double u = 0.5, c = 0;
  constexpr double h = 0.001;
  auto a = pre.begin();
  auto b = post.begin();
  std::vector<double> seen_pre, seen_post;
  for (double t = 0; t < pre.back(); t += h) {
    u += 1e-3 * h * c;
    c -= h * c / 100;
    for (; a != pre.end() && *a <= t; ++a) {
      for (const double p : seen_post) c -= 0.002 * std::exp(-(*a - p) / 20);
      seen_pre.push_back(*a);
    }
    for (; b != post.end() && *b + 1 <= t; ++b) {
      for (const double p : seen_pre) c += 0.01 * std::exp(-(*b + 1 - p) / 20);
      seen_post.push_back(*b + 1);
    }
  }
  BOOST_TEST(u > 0.501);
  // the hand's Euler steps are late by up to h at each of a hundred events: a part in 1e4 or so
  BOOST_TEST(with.cells.plastic_means()[0] - 0.5 == u - 0.5, boost::test_tools::tolerance(1e-3));
}

BOOST_AUTO_TEST_CASE(synapses_of_Tsodyks_and_Markram_reach_event_driven_neurons_scaled) {
  // U = 0.6 alone leaves 0.4 of the resources: a second spike soon after is worth 0.4 of the first
  const auto text = [](const char* weight) {
    return model_text(
        "{model: IntFire1, parameters: {tau: 1000 ms}}",
        "  - {from: pre, to: post, rule: {list: [[0, 0]]}, weight: " + std::string{weight} +
            ", delay: 1 ms, tsodyks_markram: {U: 0.6, tau_rec: 1e9 ms}}\n");
  };
  const std::vector<Train> trains{{0, 10}, {0, 10.001}};
  // 0.6 w + 0.24 w = 0.84 w, less what leaks in a microsecond, crosses 1 between these weights
  BOOST_TEST((Trial{text("1.189"), trains, 20}.fired.empty()));
  BOOST_TEST((Trial{text("1.192"), trains, 20}.fired.size() == 1U));
}

BOOST_AUTO_TEST_CASE(plastic_weights_of_event_driven_neurons_are_saved_and_found_again) {
  std::vector<Train> trains;
  for (const double t : irregular(100, 4)) trains.push_back({0, t});
  const auto text = model_text("{model: IntFire1}", R"(
  - {from: pre, to: post, rule: {list: [[0, 0]]}, weight: 0.5, delay: 1 ms}
  - {from: pre, to: post, rule: {list: [[0, 0]]}, weight: 0.5, delay: 1.5 ms, stdp: {w_min: 0, w_max: 1}}
)");
  Trial saved{text, trains, 200};
  tutti::State state;
  saved.cells.visit(state, tutti::nearest_tick(200));
  Trial found{text, {}, 0};
  tutti::State again{state.entries()};
  found.cells.visit(again, tutti::nearest_tick(200));
  BOOST_TEST(found.cells.plastic_means()[0] == saved.cells.plastic_means()[0]);
  for (auto* trial : {&saved, &found}) {
    trial->fired.clear();
    for (int window = 401; window <= 800; ++window) {
      const auto end = tutti::time_zero + window * tutti::parse_duration("0.5 ms");
      for (const auto& f : trial->cells.advance(end))
        trial->fired.emplace_back(f.source, static_cast<double>(f.time) * 1e-9);
      for (const auto& train : trains)
        if (train.ms > 0.5 * window - 0.5 && train.ms <= 0.5 * window)
          trial->cells.deliver(train.source, tutti::nearest_tick(train.ms));
    }
  }
  BOOST_TEST(saved.fired.size() > 5U);
  BOOST_TEST((saved.fired == found.fired));
  BOOST_TEST(found.cells.plastic_means()[0] == saved.cells.plastic_means()[0]);
}

BOOST_AUTO_TEST_SUITE_END()
