// SPDX-License-Identifier: MIT
// More of NEURON 8.2.2's results: spike steps, a steady cable, and synapses in Crank-Nicolson.
#include <algorithm>
#include <cmath>

#include "engine/population.hpp"
#include "model.hpp"
#include "test.hpp"

using namespace model;
namespace tt = boost::test_tools;

namespace {

// Same scheme, same order of operations; the tables have twelve digits, 5e-9 mV at -70 mV.
constexpr double same_scheme_mV = 1e-6;

/// The larger one, and NaN if either is: it must not pass for small.
double worse(double most, double off) { return off <= most ? most : off; }

}  // namespace

BOOST_AUTO_TEST_SUITE(engine_neuron)

BOOST_AUTO_TEST_CASE(an_hh_compartment_fires_in_the_same_steps_as_in_neuron) {
  // 01_hh_spikes.json, netcon_thr0: ends of steps
  struct Run {
    Scheme scheme;
    double dt_ms;
    std::vector<double> spikes_ms;
  };
  const Run runs[] = {
      {Scheme::backward_euler, 0.025, {6.175, 17.725, 28.725, 39.7, 50.675}},
      {Scheme::crank_nicolson, 0.025, {6.15, 17.65, 28.6, 39.5, 50.425}},
      {Scheme::backward_euler, 0.001, {6.15, 17.626, 28.582, 39.5, 50.414}},
      {Scheme::crank_nicolson, 0.001, {6.149, 17.623, 28.576, 39.492, 50.403}},
  };
  const auto type = hh_cell();
  for (const auto& run : runs) {
    Population population{run.dt_ms, run.scheme};
    population.add_cell(type, 0, 0);
    population.add_clamp({0, 0, 5, 50, 0.3});
    population.initialise();
    std::vector<Firing> firings;
    population.advance(std::llround(80 / run.dt_ms), firings);
    std::vector<std::int64_t> steps, expected;
    for (const auto& f : firings) steps.push_back(f.step);
    for (const double t : run.spikes_ms) expected.push_back(std::llround(t / run.dt_ms));
    BOOST_TEST(steps == expected, tt::per_element());
  }
}

BOOST_AUTO_TEST_CASE(a_passive_cable_settles_where_neuron_settles) {
  REQUIRE_SHARED(shared);
  constexpr int nseg = 101;
  auto type = make_type({{"cable", soma, 1000, 2, "", 0, {}, nseg, 0, 0}});
  type.mechanisms = {{"pas", segments_of(type.cable, soma), {{"g", 1.0 / 20000}, {"e", 0}}}};
  type.v_init = 0;
  Population population{1.0, Scheme::backward_euler};
  population.add_cell(type, 1000, 0);
  population.add_clamp({0, 0, 0, 1e9, 0.1});
  population.initialise();
  std::vector<Firing> firings;
  population.advance(4000, firings);  // 200 time constants
  std::vector<double> v(nseg);
  population.read(Quantity::v, 0, v);
  const auto table = read_csv(shared / "refs/03_cable_steady_nseg101.csv");
  BOOST_REQUIRE(table.rows.size() == v.size());
  double neuron = 0, analytic = 0;
  for (std::size_t k = 0; k < v.size(); ++k) {
    neuron = worse(neuron, std::abs(v[k] - table.rows[k][1]));
    analytic = worse(analytic, std::abs(v[k] - table.rows[k][2]));
  }
  BOOST_TEST(neuron < same_scheme_mV);
  // 03_cable.json, max_abs_err_mV at the centres: the error of the discretisation itself
  BOOST_TEST(analytic == 1.4526279e-4, tt::tolerance(1e-4));
}

BOOST_AUTO_TEST_CASE(both_kinds_of_synapse_follow_neuron_in_crank_nicolson) {
  REQUIRE_SHARED(shared);
  constexpr double dt_ms = 0.001;
  auto type = make_type({{"soma", soma, 20, 20, "", 0, {}, 1, 0, 0}});
  type.mechanisms = {{"pas", {0}, {{"g", 1e-4}, {"e", -70}}}};
  type.v_init = -70;
  Population population{dt_ms, Scheme::crank_nicolson};
  population.add_cell(type, 0, 0);
  const auto e1 = population.add_synapse({SynapseKind::exp, 0, 0, 0, 3, 0});
  const auto e2 = population.add_synapse({SynapseKind::exp2, 0, 0, 0.5, 5, -80});
  population.initialise();
  auto send = [&](std::uint32_t synapse, double t, double w) {
    population.deliver(synapse, std::llround(t / dt_ms), w);
  };
  send(e1, 5, .002), send(e2, 15, .004), send(e1, 22.3, .002), send(e1, 24, .001);
  send(e2, 24, .002), send(e2, 30.011, .004);
  const auto table = read_csv(shared / "refs/05a_expsyn_cn_dt0.001.csv");
  std::vector<Firing> firings;
  double most = 0;
  for (const auto& row : table.rows) {
    population.advance(std::llround(row[0] / dt_ms) - population.steps_done(), firings);
    most = worse(most, std::abs(voltages(population, {0}).front() - row[1]));
  }
  BOOST_TEST(table.rows.size() > 2000u);
  BOOST_TEST(most < same_scheme_mV);
}

BOOST_AUTO_TEST_SUITE_END()
