// SPDX-License-Identifier: MIT
// Parameters, gains and clamps that are set while cells go on.
#include <cmath>
#include <numbers>

#include "engine/registry.hpp"
#include "model.hpp"
#include "test.hpp"

using namespace model;
namespace tt = boost::test_tools;

namespace {

constexpr double dt = 0.025;  // [ms]

int place_of(const char* mechanism, const char* parameter) {
  const auto& all = registry()[static_cast<std::size_t>(mechanism_number(mechanism))];
  int place = 0;
  while (all.info.parameters[static_cast<std::size_t>(place)].name != parameter) ++place;
  return place;
}

void set(Population& population, std::uint32_t cell, const char* mechanism, const char* parameter,
         const std::vector<int>& segments, double value) {
  for (const int s : segments)
    population.set_parameter(cell, mechanism_number(mechanism), place_of(mechanism, parameter), s,
                             value);
}

/// A soma with hh and calcium, a dendrite with a leak of `parts` compartments.
CellType cell_with(double gnabar, double decay, double leak, int parts = 7) {
  auto type = make_type({{"soma", soma, 20, 20, "", 0, {}, 1, 0, 0},
                         {"dend", dend, 200, 2, "soma", 1, {}, parts, 0, 0}});
  type.leaks_are_fixed = false;
  type.mechanisms = {{"hh", {0}, {{"gnabar", gnabar}}},
                     {"ca_hva", {0}, {{"gbar", 1e-3}}},
                     {"ca_dynamics", {0}, {{"decay", decay}}},
                     {"sk", {0}, {{"gbar", 1e-3}}},
                     {"pas", segments_of(type.cable, dend), {{"g", leak}, {"e", -65}}}};
  return type;
}

/// All that can be read of a cell.
std::vector<double> seen(const Population& population, std::uint32_t cell) {
  std::vector<double> all;
  for (const auto what : {Quantity::v, Quantity::i_membrane, Quantity::i_ca, Quantity::cai}) {
    std::vector<double> values(population.type(cell).cable.segments.size());
    population.read(what, cell, values);
    all.insert(all.end(), values.begin(), values.end());
  }
  return all;
}

/// What cell 0 of some does, with the others for neighbours.
std::vector<double> outcome(const std::vector<const CellType*>& types, Scheme scheme, bool set_it) {
  Population population{dt, scheme};
  for (const auto* type : types) {
    const auto cell = population.add_cell(*type, -20, 0);
    population.add_clamp({cell, 0, 1, 30, 0.3});
  }
  population.initialise();
  if (set_it) {
    set(population, 0, "hh", "gnabar", {0}, 0.15);
    set(population, 0, "ca_dynamics", "decay", {0}, 30);
    set(population, 0, "pas", "g", segments_of(types[0]->cable, dend), 2e-4);
  }
  std::vector<Firing> firings;
  population.begin_mean();
  population.advance(1600, firings);
  return seen(population, 0);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(controls)

BOOST_AUTO_TEST_CASE(a_parameter_that_is_set_is_as_good_as_one_that_is_said) {
  const auto said = cell_with(0.15, 30, 2e-4), otherwise = cell_with(0.12, 80, 1e-4);
  const auto other = cell_with(0.12, 80, 1e-4, 9);  // of another shape, in a block with ours
  for (const auto scheme : {Scheme::backward_euler, Scheme::crank_nicolson}) {
    const auto wanted = outcome({&said}, scheme, false);
    BOOST_TEST(wanted != outcome({&otherwise}, scheme, false));
    BOOST_TEST(wanted == outcome({&otherwise}, scheme, true), tt::per_element());
    const std::vector<const CellType*> alike(11, &otherwise);
    BOOST_TEST(wanted == outcome(alike, scheme, true), tt::per_element());
    BOOST_TEST(wanted == outcome({&otherwise, &other, &other}, scheme, true), tt::per_element());
  }
}

BOOST_AUTO_TEST_CASE(only_the_cell_that_is_meant_changes) {
  const auto type = cell_with(0.12, 80, 1e-4);
  Population population{dt, Scheme::backward_euler};
  for (std::uint32_t cell = 0; cell < 6; ++cell) {
    population.add_cell(type, -20, 0);
    population.add_clamp({cell, 0, 1, 30, 0.3});
  }
  population.initialise();
  std::vector<Firing> firings;
  population.advance(200, firings);
  set(population, 2, "sk", "gbar", {0}, 0.02);
  population.advance(1400, firings);
  BOOST_TEST(seen(population, 0) != seen(population, 2));
  for (const std::uint32_t cell : {1U, 3U, 4U, 5U})
    BOOST_TEST(seen(population, 0) == seen(population, cell), tt::per_element());
}

BOOST_AUTO_TEST_CASE(a_leak_and_a_clamp_that_change_move_the_voltage_as_ohms_law_says) {
  // one compartment: each step of backward Euler takes v to (C/dt v + g e + i)/(C/dt + g)
  auto type = make_type({{"soma", soma, 20, 20, "", 0, {}, 1, 0, 0}});
  type.leaks_are_fixed = false;
  type.mechanisms = {{"pas", {0}, {{"g", 1e-4}, {"e", -65}}}};
  Population population{dt, Scheme::backward_euler};
  population.add_cell(type, 1000, 0);
  const auto clamp = population.add_clamp({0, 0, 0, 100, 0.01});
  population.initialise();
  const double area = 400 * std::numbers::pi, C = 1e-5 * area / dt;  // [um2], [uS]
  double v = type.v_init, g = 1e-6 * area, e = -65, i = 0.01;
  std::vector<Firing> firings;
  for (int step = 0; step < 1200; ++step) {
    if (step == 300) set(population, 0, "pas", "g", {0}, 5e-4), g = 5e-6 * area;
    if (step == 600) set(population, 0, "pas", "e", {0}, -50), e = -50;
    if (step == 900) population.set_clamp(clamp, -0.02), i = -0.02;
    population.advance(1, firings);
    v = (C * v + g * e + i) / (C + g);
    BOOST_TEST(voltages(population, {0})[0] == v, tt::tolerance(1e-12));
  }
}

BOOST_AUTO_TEST_CASE(a_gain_of_two_is_as_good_as_twice_the_weight) {
  const auto type = ball_and_stick(5);
  const auto run = [&](double gain, double weight, int group) {
    Population population{dt, Scheme::backward_euler};
    std::vector<std::uint32_t> synapses;
    for (std::uint32_t cell = 0; cell < 3; ++cell) {
      population.add_cell(type, -20, 0);
      for (const int g : {1, 2})  // equal but for their groups
        synapses.push_back(population.add_synapse({SynapseKind::nmda, cell, 3, 2, 30, 0, 1, g}));
    }
    population.initialise();
    if (gain != 1) population.set_gain(1, group, 3, gain);
    for (const auto s : synapses)
      population.deliver(s, 40,
                         (s == synapses[static_cast<std::size_t>(1 + group)] ? weight : 1) * 1e-3);
    std::vector<Firing> firings;
    population.advance(800, firings);
    return std::pair{voltages(population, {0, 3}, 1), voltages(population, {0, 3}, 0)};
  };
  for (const int group : {1, 2}) {
    const auto [ours, others] = run(2, 1, group);
    BOOST_TEST(ours == run(1, 2, group).first, tt::per_element());  // to the bit: 2 is a power of 2
    BOOST_TEST(ours != run(1, 1, group).first);
    BOOST_TEST(others == run(1, 1, group).second, tt::per_element());
  }
}

BOOST_AUTO_TEST_SUITE_END()
