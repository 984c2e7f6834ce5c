// SPDX-License-Identifier: MIT
// The solver against NEURON 8.2.2 at the same scheme and step, and against closed solutions.
#include <algorithm>
#include <cmath>

#include "engine/population.hpp"
#include "model.hpp"
#include "test.hpp"

using namespace model;
namespace tt = boost::test_tools;

namespace {

constexpr double dt = 0.025;  // [ms]

// Same scheme, same order of operations: what is left is rounding, 1e-9 mV amplified by upstrokes.
constexpr double same_scheme_mV = 1e-6;

Scheme scheme_of(const std::string& name) {
  return name == "be" ? Scheme::backward_euler : Scheme::crank_nicolson;
}

/// The largest difference between a run and columns 1.. of a table whose row k is t = k dt.
double worst(Population& population, const Table& table, const std::vector<int>& segments,
             std::vector<Firing>& firings) {
  double most = 0;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    if (row > 0) population.advance(1, firings);
    const auto v = voltages(population, segments);
    for (std::size_t c = 0; c < v.size(); ++c)
      if (const double off = std::abs(v[c] - table.rows[row][c + 1]); !(off <= most)) most = off;
  }
  return most;  // NaN, too, is more than any bound
}

std::vector<double> times(const std::vector<Firing>& firings) {
  std::vector<double> list;
  for (const auto& f : firings) list.push_back(static_cast<double>(f.step) * dt);
  return list;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reference_solutions)

BOOST_AUTO_TEST_CASE(one_hh_compartment_follows_neuron) {
  REQUIRE_SHARED(shared);
  const auto type = hh_cell();
  for (const std::string scheme : {"be", "cn"}) {
    Population population{dt, scheme_of(scheme)};
    population.add_cell(type, 0, 0);
    population.add_clamp({0, 0, 5, 50, 0.3});
    population.initialise();
    std::vector<Firing> firings;
    const auto table = read_csv(shared / "refs" / ("01_hh_" + scheme + "_dt0.025.csv"));
    BOOST_TEST(worst(population, table, {0}, firings) < same_scheme_mV, scheme);
    BOOST_TEST(firings.size() == 5u);
  }
}

BOOST_AUTO_TEST_CASE(ball_and_stick_with_synapse_follows_neuron_to_the_spike_step) {
  REQUIRE_SHARED(shared);
  // 20.0125 is a tie that NEURON's accumulated time puts on 20.025; the step that begins there
  const std::vector<std::pair<double, double>> events{{10, .002}, {20.025, .002}, {30, .02},
                                                      {45, .002}, {46, .002},     {46.5, .002},
                                                      {60, .03},  {62, .03}};
  const std::vector<std::pair<std::string, std::vector<double>>> spikes{
      {"nseg11_be", {31.225, 48.175, 61.175}},
      {"nseg11_cn", {31.225, 48.125, 61.15}},
      {"nseg101_be", {31.25, 48.175, 61.175}},
      {"nseg101_cn", {31.225, 48.125, 61.15}}};
  for (const auto& [name, expected] : spikes) {
    const int nseg = name.starts_with("nseg101") ? 101 : 11;
    const auto type = ball_and_stick(nseg);
    Population population{dt, scheme_of(name.substr(name.size() - 2))};
    population.add_cell(type, -10, 0);
    const int middle = type.cable.segment_at(1, 0.5), end = type.cable.segment_at(1, 1);
    const auto synapse = population.add_synapse({SynapseKind::exp, 0, middle, 0, 2, 0});
    population.initialise();
    for (const auto& [t, w] : events) population.deliver(synapse, std::llround(t / dt), w);
    std::vector<Firing> firings;
    const auto table = read_csv(shared / "refs" / ("02_bs_" + name + "_dt0.025.csv"));
    BOOST_TEST(worst(population, table, {0, middle, end}, firings) < same_scheme_mV, name);
    BOOST_TEST(times(firings) == expected, tt::tolerance(1e-12) << tt::per_element());
  }
}

BOOST_AUTO_TEST_CASE(both_kinds_of_synapse_follow_neuron) {
  REQUIRE_SHARED(shared);
  auto type = make_type({{"soma", soma, 20, 20, "", 0, {}, 1, 0, 0}});
  type.mechanisms = {{"pas", {0}, {{"g", 1e-4}, {"e", -70}}}};
  type.v_init = -70;
  Population population{dt, Scheme::backward_euler};
  population.add_cell(type, 0, 0);
  const auto e1 = population.add_synapse({SynapseKind::exp, 0, 0, 0, 3, 0});
  const auto e2 = population.add_synapse({SynapseKind::exp2, 0, 0, 0.5, 5, -80});
  population.initialise();
  auto send = [&](std::uint32_t synapse, double t, double w) {
    population.deliver(synapse, std::llround(t / dt), w);
  };
  send(e1, 5, .002), send(e2, 15, .004), send(e1, 22.3, .002), send(e1, 24, .001);
  send(e2, 24, .002), send(e2, 30.011, .004);
  std::vector<Firing> firings;
  const auto table = read_csv(shared / "refs/05a_expsyn_be_dt0.025.csv");
  BOOST_TEST(worst(population, table, {0}, firings) < same_scheme_mV);
}

BOOST_AUTO_TEST_CASE(passive_cable_is_second_order_in_space) {
  // lambda 1000 um, R_inf 318.3099 MOhm: V(x) = I R_inf cosh((L - x)/lambda) / sinh(L/lambda)
  double before = 0;
  for (const int nseg : {11, 101, 1001}) {
    auto type = make_type({{"cable", soma, 1000, 2, "", 0, {}, nseg, 0, 0}});
    type.mechanisms = {{"pas", segments_of(type.cable, soma), {{"g", 1.0 / 20000}, {"e", 0}}}};
    type.v_init = 0;
    Population population{1.0, Scheme::backward_euler};
    population.add_cell(type, 1000, 0);
    population.add_clamp({0, 0, 0, 1e9, 0.1});
    population.initialise();
    std::vector<Firing> firings;
    population.advance(1000, firings);  // 50 time constants
    std::vector<double> v(static_cast<std::size_t>(nseg));
    population.read(Quantity::v, 0, v);
    double most = 0;
    for (int k = 0; k < nseg; ++k) {
      const double x = (k + 0.5) * 1000 / nseg;
      const double exact = 0.1 * 318.30988618379067 * std::cosh(1 - x / 1000) / std::sinh(1.0);
      most = std::max(most, std::abs(v[static_cast<std::size_t>(k)] - exact));
    }
    // the current enters at x = 0 and the first compartment's centre lies half a compartment on, so
    // the error is that of second differences: a hundredth for a tenth of the width
    if (before > 0)
      BOOST_TEST(before / most == std::pow(nseg == 101 ? 101.0 / 11 : 1001.0 / 101, 2),
                 tt::tolerance(0.05));
    before = most;
  }
  BOOST_TEST(before < 1e-5);
}

BOOST_AUTO_TEST_CASE(passive_cable_charges_as_its_fourier_series) {
  REQUIRE_SHARED(shared);
  auto type = make_type({{"cable", soma, 1000, 2, "", 0, {}, 101, 0, 0}});
  type.mechanisms = {{"pas", segments_of(type.cable, soma), {{"g", 1.0 / 20000}, {"e", 0}}}};
  type.v_init = 0;
  Population population{0.005, Scheme::crank_nicolson};
  population.add_cell(type, 1000, 0);
  population.add_clamp({0, 0, 0, 1e9, 0.1});
  population.initialise();
  std::vector<Firing> firings;
  const auto table = read_csv(shared / "refs/03_cable_nseg101_cn_dt0.005.csv");
  double neuron = 0, series = 0;
  for (const auto& row : table.rows) {
    population.advance(std::llround(row[0] / 0.005) - population.steps_done(), firings);
    const auto v = voltages(population, {0, 50, 100});
    neuron = std::max(neuron, std::abs(v[0] - row[2]));
    neuron = std::max(neuron, std::abs(v[1] - row[3]));
    if (row[0] >= 5) series = std::max(series, std::abs(v[1] - row[7]));
  }
  BOOST_TEST(neuron < same_scheme_mV);
  BOOST_TEST(series < 1e-3);  // dx^2 at 101 compartments: 6e-4 in the steady state
}

BOOST_AUTO_TEST_SUITE_END()
