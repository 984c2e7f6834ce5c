// SPDX-License-Identifier: MIT
// Plastic synapses and those of Tsodyks and Markram on cable cells, through a network as the
// program builds it.
#include "network/changing_synapses.hpp"

#include <algorithm>
#include <cmath>

#include "network/network.hpp"
#include "test.hpp"
#include "tutti/config/yaml.hpp"
#include "tutti/error.hpp"

using namespace cell;

namespace {

constexpr double dt = 0.025;  // [ms]

std::string model_text(const std::string& connections) {
  return R"(
celsius: 6.3 degC
v_init: -65 mV
cells:
  ball:
    sections: {soma: {L: 20 um, diam: 20 um, nseg: 1}, dend: {parent: soma, L: 200 um, diam: 1 um, nseg: 5}}
    threshold: 0 mV
    ek: -77 mV
    membrane: {all: {cm: 1 uF/cm2, Ra: 100 ohm cm}, soma: {hh: {}}, dend: {pas: {e: -65 mV}}}
  train: {model: SpikeSourceArray}
populations: {pre: {cell: train, number: 3}, post: {cell: ball, number: 2}}
synapses: {ampa: {type: exp, tau: 2 ms, e: 0 mV}}
currents: {step: {to: post, amplitude: 0.4 nA, start: 5 ms}}
connections:
)" + connections;
}

struct Train {
  std::uint64_t source;
  double ms;
};

/// A network whose sources fire as told, for 200 ms in windows of 0.5 ms.
struct Trial {
  Model model;
  Atlas atlas;
  Network network;
  std::vector<std::pair<std::uint64_t, double>> fired{};  // cell, ms
  std::vector<double> v{};                                // of the first cell's soma, by window

  Trial(const std::string& connections, std::vector<Train> trains, double reward = 0)
      : model{read_model(tutti::config::parse_yaml(model_text(connections), "test"),
                         tutti::parse_duration("0.5 ms"))},
        atlas{model, 3},
        network{atlas, 0, 1} {
    network.connect();
    network.cells().initialise();
    if (reward != 0) network.reward(tutti::time_zero, reward);
    std::ranges::sort(trains, {}, &Train::ms);
    auto next = trains.begin();
    for (int window = 1; window <= 400; ++window) {
      const auto end = tutti::time_zero + window * tutti::parse_duration("0.5 ms");
      for (const auto& f : network.advance(end)) {
        fired.emplace_back(f.gid, tutti::to_ms(f.time.time_since_epoch()));
        network.deliver(f.gid, f.time);
      }
      for (; next != trains.end() && next->ms <= 0.5 * window; ++next)
        network.deliver(next->source, tutti::nearest_tick(next->ms));
      v.push_back(network.read(engine::Quantity::v)[0]);
    }
  }
};

/// u after pairs of all spikes by the additive rule, as Song, Miller & Abbott (2000) have it; the
/// delay is on the side of the target.
double paired(double u, const std::vector<double>& pre, const std::vector<double>& post,
              double delay, double up, double down, double tau) {
  for (const double a : pre)
    for (const double b : post) {
      const double seen = b + delay;
      if (seen > a && seen <= pre.back()) u += up * std::exp(-(seen - a) / tau);
      if (seen < a) u -= down * std::exp(-(a - seen) / tau);
    }
  return u;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(changing_synapses)

BOOST_AUTO_TEST_CASE(plastic_weights_onto_cable_cells_are_the_sum_over_pairs_of_spikes) {
  const std::vector<double> pre{20, 41.3, 60.025, 90, 120.1, 150, 190};
  std::vector<Train> trains;
  for (const double t : pre) trains.push_back({1, t});
  const Trial trial{R"(
  - {from: pre, to: post, rule: {list: [[1, 0], [2, 1]]}, synapse: ampa, weight: 0.4 nS, delay: 2 ms, region: [dend],
     stdp: {w_min: 0 nS, w_max: 1 nS, A_plus: 0.01, A_minus: 0.012, tau_plus: 15 ms, tau_minus: 15 ms}}
)",
                    trains};
  std::vector<double> post;
  for (const auto& [cell, ms] : trial.fired)
    if (cell == 3) post.push_back(ms);
  BOOST_REQUIRE(post.size() > 5U);
  const auto means = trial.network.plastic_means();
  BOOST_REQUIRE(means.size() == 2U);
  const double expected = paired(0.4, pre, post, 2, 0.01, 0.012, 15);
  BOOST_TEST(std::abs(expected - 0.4) > 0.005);
  // times are whole steps of dt, so only the order of the sum differs
  BOOST_TEST(means[0] == expected, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(means[1] == 0.4, boost::test_tools::tolerance(1e-12));  // its source was silent
}

BOOST_AUTO_TEST_CASE(reward_moves_weights_onto_cable_cells_and_its_absence_does_not) {
  std::vector<Train> trains;
  for (int k = 1; k < 18; ++k) trains.push_back({0, 10.0 * k});
  // too weak to move a spike
  const std::string connection = R"(
  - {from: pre, to: post, rule: {list: [[0, 0]]}, synapse: ampa, weight: 4e-9 nS, delay: 1 ms,
     stdp: {w_min: 0 nS, w_max: 1e-8 nS, A_plus: 0.05, A_minus: 0.01, reward: {tau: 100 ms}}}
)";
  BOOST_TEST(Trial(connection, trains).network.plastic_means()[0] == 0.4,
             boost::test_tools::tolerance(1e-12));
  const double once = Trial(connection, trains, 1).network.plastic_means()[0] - 0.4;
  const double twice = Trial(connection, trains, 2).network.plastic_means()[0] - 0.4;
  BOOST_TEST(once > 1e-3);
  // u' = c reward: linear in the reward as long as spikes stay what they are
  BOOST_TEST(twice == 2 * once, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(depressing_synapses_act_as_static_ones_of_the_published_weights) {
  // Tsodyks, Pawelzik & Markram 1998, eqs. 2.3-2.5 without facilitation, at intervals of 20 ms
  constexpr double U = 0.5, kept = 0.8187307530779818;  // exp(-20 / 100)
  const std::string common = "synapse: ampa, delay: 1 ms, region: [dend], spread: {even: true}";
  std::vector<Train> trains, single;
  double resources = 1;
  std::string fixed_text;
  for (std::uint64_t k = 0; k < 3; ++k) {
    trains.push_back({0, 30.0 + 20.0 * static_cast<double>(k)});
    single.push_back({k, trains.back().ms});
    fixed_text += fmt::format(
        "  - {{from: pre, to: post, rule: {{list: [[{}, 0]]}}, weight: {:.17g} nS, {}}}\n", k,
        8 * U * resources, common);
    resources = 1 - (1 - resources * (1 - U)) * kept;
  }
  const Trial changing{
      "  - {from: pre, to: post, rule: {list: [[0, 0]]}, weight: 8 nS, tsodyks_markram: {U: 0.5, "
      "tau_rec: 100 ms}, " +
          common + "}\n",
      trains};
  const Trial fixed{fixed_text, single};
  double most = 0;
  for (std::size_t k = 0; k < fixed.v.size(); ++k)
    most = std::max(most, std::abs(fixed.v[k] - changing.v[k]));
  // 17 digits of a weight are its bits, but in uS; a last bit grows in 200 ms of spiking
  BOOST_TEST(most < 1e-9);
}

BOOST_AUTO_TEST_CASE(sites_on_cable_cells_release_whole_shares_and_on_average_the_mean) {
  Projection p;
  p.name = "test";
  p.short_term = {.U = 0.4, .tau_rec = 200, .tau_facil = 0, .sites = 4};
  std::vector<ChangingSynapses::Made> made;
  for (std::uint32_t k = 0; k < 5000; ++k) made.push_back({7, k, k, k, 1.0, {}});
  const auto step = tutti::parse_duration("0.025 ms");
  ChangingSynapses synapses{p, made, 5000, step, 9};
  double sum = 0;
  synapses.deliver(7, tutti::time_zero, {}, [&](std::uint32_t, tutti::Time, double w) {
    BOOST_REQUIRE(std::abs(4 * w - std::round(4 * w)) < 1e-12);
    sum += w;
  });
  const double deviation = std::sqrt(0.4 * 0.6 / 4 / 5000);  // binomial, of the mean of all
  BOOST_TEST(std::abs(sum / 5000 - 0.4) < 4 * deviation);
}

BOOST_AUTO_TEST_CASE(plastic_conductances_below_zero_are_refused) {
  const auto with = [](const char* stdp) {
    read_model(tutti::config::parse_yaml(
                   model_text(fmt::format("  - {{from: pre, to: post, synapse: ampa, weight: 1 nS, "
                                          "delay: 1 ms, stdp: {{{}}}}}\n",
                                          stdp)),
                   "test"),
               tutti::parse_duration("0.5 ms"));
  };
  BOOST_CHECK_NO_THROW(with("w_min: 0 nS, w_max: 2 nS"));
  BOOST_CHECK_EXCEPTION(with("w_min: -1 nS, w_max: 2 nS"), tutti::Error, [](const auto& e) {
    return std::string{e.what()}.find("not negative") != std::string::npos;
  });
  BOOST_CHECK_THROW(with("w_min: 0 nA, w_max: 2 nA"), tutti::Error);
}

BOOST_AUTO_TEST_SUITE_END()
