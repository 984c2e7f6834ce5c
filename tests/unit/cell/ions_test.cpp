// SPDX-License-Identifier: MIT
// What ions carry and what their concentrations do to reversal potentials.
#include <array>
#include <cmath>
#include <numbers>

#include "engine/registry.hpp"
#include "model.hpp"
#include "neuron_numbers.hpp"
#include "test.hpp"

using namespace model;
namespace tt = boost::test_tools;

namespace {

double value(const Population& population, Quantity what, std::uint32_t cell = 0) {
  std::vector<double> values(population.type(cell).cable.segments.size());
  population.read(what, cell, values);
  return values.front();
}

/// Nernst, from the constants of CODATA 2018. [mV]
double nernst(double valence, double celsius, double inside, double outside) {
  return 1000 * 8.31446261815324 * (celsius + 273.15) / (valence * 96485.33212) *
         std::log(outside / inside);
}

/// hh with one conductance alone.
CellType only(const char* conductance) {
  auto type = hh_cell();
  for (const char* name : {"gnabar", "gkbar", "gl"})
    if (std::string{name} != conductance) type.mechanisms[0].parameters.emplace_back(name, 0.0);
  return type;
}

constexpr double area_um2 = 400 * std::numbers::pi;

}  // namespace

BOOST_AUTO_TEST_SUITE(ions)

BOOST_AUTO_TEST_CASE(what_ions_carry_charges_the_membrane_step_by_step) {
  // one compartment: i_clamp = C dv/dt + i_na + i_k + i_leak, with backward Euler's v to rounding
  const auto type = hh_cell();
  for (const std::size_t company : {1U, 11U}) {
    Population population{0.025, Scheme::backward_euler};
    for (std::size_t k = 0; k < company; ++k) {
      population.add_cell(type, -20, 0);
      population.add_clamp({static_cast<std::uint32_t>(k), 0, 1, 40, 0.1});
    }
    population.count_ions();
    population.initialise();
    const auto cell = static_cast<std::uint32_t>(company - 1);
    const double C_nF = 1e-5 * area_um2, leak_uS = 0.0003 * 1e-2 * area_um2;
    std::vector<Firing> firings;
    double worst = 0, most_na = 0, most_k = 0;
    for (int step = 0; step < 1200; ++step) {
      const double before = value(population, Quantity::v, cell);
      population.begin_mean();
      population.advance(1, firings);
      const double v = value(population, Quantity::v, cell);
      const double na = value(population, Quantity::i_na, cell);
      const double k = value(population, Quantity::i_k, cell);
      const double clamp = step * 0.025 + 0.0125 >= 1 ? 0.1 : 0;
      worst = std::max(
          worst, std::abs(C_nF * (v - before) / 0.025 + na + k + leak_uS * (v + 54.3) - clamp));
      most_na = std::min(most_na, na), most_k = std::max(most_k, k);
    }
    BOOST_TEST(!firings.empty());
    BOOST_TEST(most_na < -5);  // [nA], a spike's
    BOOST_TEST(most_k > 5);
    BOOST_TEST(worst < 1e-10);  // rounding of some 0.5 uS times 100 mV
  }
}

BOOST_AUTO_TEST_CASE(a_membrane_of_one_ion_rests_at_its_nernst_potential) {
  struct Case {
    const char* conductance;
    Ion ion;
    Side side;
    double mM, inside, outside;
  };
  const std::array cases{Case{"gkbar", Ion::k, Side::outside, 12, 54.4, 12},
                         Case{"gkbar", Ion::k, Side::inside, 100, 100, 2.5},
                         Case{"gnabar", Ion::na, Side::outside, 20, 10, 20},
                         Case{"gnabar", Ion::na, Side::inside, 40, 40, 140}};
  for (const auto& c : cases) {
    const auto type = only(c.conductance);
    Population population{0.025, Scheme::crank_nicolson};
    population.add_cell(type, 100, 0);
    population.initialise();
    population.set_concentration(c.ion, c.side, 0, 0, c.mM);
    std::vector<Firing> firings;
    population.advance(4000000, firings);  // 100 s: of sodium hardly anything stays open
    BOOST_TEST(value(population, Quantity::v) == nernst(1, 6.3, c.inside, c.outside),
               tt::tolerance(1e-6));
  }
}

BOOST_AUTO_TEST_CASE(a_concentration_that_is_set_is_as_good_as_one_that_is_said) {
  auto said = make_type({{"soma", soma, 20, 20, "", 0, {}, 1, 0, 0}});
  said.celsius = 34;
  said.mechanisms = {{"pas", {0}, {{"g", 1e-4}, {"e", -60}}},
                     {"ca_hva", {0}, {{"gbar", 1e-3}}},
                     {"ca_dynamics", {0}, {}},
                     {"sk", {0}, {{"gbar", 1e-3}}},
                     {"kv3_1", {0}, {{"gbar", 1e-3}}}};
  auto otherwise = said;
  said.cao = 3.5;
  said.ek = nernst(1, 34, 54.4, 7);
  std::vector<double> ends;
  for (const auto* type : {&said, &otherwise}) {
    Population population{0.025, Scheme::backward_euler};
    population.add_cell(*type, 100, 0);
    population.add_clamp({0, 0, 0, 100, 0.3});
    population.initialise();
    if (type == &otherwise) {
      population.set_concentration(Ion::ca, Side::outside, 0, 0, 3.5);
      population.set_concentration(Ion::k, Side::outside, 0, 0, 7);
    }
    std::vector<Firing> firings;
    population.begin_mean();
    population.advance(2000, firings);
    for (const auto what : {Quantity::v, Quantity::cai, Quantity::i_ca})
      ends.push_back(value(population, what));
  }
  BOOST_TEST(ends[1] > 2e-4);  // calcium came in
  for (std::size_t k = 0; k < 3; ++k) BOOST_TEST(ends[k] == ends[3 + k], tt::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(calcium_in_a_constant_field_obeys_the_equation_of_goldman_hodgkin_and_katz) {
  auto type = make_type({{"soma", soma, 20, 20, "", 0, {}, 1, 0, 0}});
  type.celsius = 34;
  type.cai = 1e-4, type.cao = 1.5;
  type.mechanisms = {{"ca_ghk", {0}, {{"pbar", 2e-5}}}};
  const double F = 96485.33212, R = 8.31446261815324, T = 34 + 273.15;
  // 2 R T/(2 F) ln(...) is where the field is balanced
  for (const double v : {-120.0, -70.0, -20.0, -1e-5, 0.0, 10.0, 60.0, nernst(2, 34, 1e-4, 1.5)}) {
    type.v_init = v;
    Population population{0.025, Scheme::backward_euler};
    population.add_cell(type, 1000, 0);
    population.initialise();
    double gates[2], current = 0;
    for (int k = 0; k < 2; ++k)
      population.read_state(0, mechanism_number("ca_ghk"), k, {&gates[k], 1});
    population.read_current(0, mechanism_number("ca_ghk"), {&current, 1});
    const double u = 2 * F * (v / 1000) / (R * T);  // expm1 keeps the digits near 0 mV
    const double field =
        std::abs(u) < 1e-12 ? 1e-4 - 1.5 : u * (1e-4 - 1.5 * std::exp(-u)) / -std::expm1(-u);
    // cm/s C/mol umol/cm3 = uA/cm2; 1e-2 makes nA of that on 1 um2 ... of mA 10
    const double density = 2e-5 * gates[0] * gates[0] * gates[1] * 2 * F * field;  // [uA/cm2]
    const double expected = density * area_um2 * 1e-5;                             // [nA]
    BOOST_TEST(std::abs(current - expected) < 1e-10 * std::abs(2e-5 * 2 * F * area_um2 * 1e-5));
    if (u > 6) BOOST_TEST(std::abs(current) < 1e-10);
  }
}

BOOST_AUTO_TEST_CASE(currents_through_a_field_are_those_of_neuron) {
  // a permeability of 1e-5 cm/s; NEURON's numbers are mA/cm2 of 1 cm/s
  const auto cases = neuron_numbers("ghk");
  BOOST_TEST(cases.size() == 21U);
  for (const auto& c : cases) {
    auto type = make_type({{"soma", soma, 20, 20, "", 0, {}, 1, 0, 0}});
    const bool calcium = c.a == 2, sodium = c.c > c.b && !calcium;
    type.celsius = 34, type.v_init = c.d;
    if (calcium)
      type.cai = c.b, type.cao = c.c, type.mechanisms = {{"ca_ghk", {0}, {{"pbar", 1e-5}}}};
    else
      type.mechanisms = {{"ghk", {0}, {{"pna", sodium ? 1e-5 : 0.0}, {"pk", sodium ? 0.0 : 1e-5}}}};
    (sodium ? type.nai : type.ki) = c.b, (sodium ? type.nao : type.ko) = c.c;
    Population population{0.025, Scheme::backward_euler};
    population.add_cell(type, 1000, 0);
    population.initialise();
    double gates[2] = {1, 1}, current = 0;
    const auto* name = calcium ? "ca_ghk" : "ghk";
    for (int k = 0; k < (calcium ? 2 : 0); ++k)
      population.read_state(0, mechanism_number(name), k, {&gates[k], 1});
    population.read_current(0, mechanism_number(name), {&current, 1});
    const double open = gates[0] * gates[0] * gates[1] * 1e-5;
    const double expected = open * c.value * area_um2 * 1e-2;  // [nA]
    // NEURON's constants differ from CODATA's in the seventh digit; to the scale of either flux
    const double scale = open * c.a * 96485 * std::max(c.b, c.c) * 1e-6 * 1e3 * area_um2 * 1e-2;
    BOOST_TEST(std::abs(current - expected) < 1e-6 * scale * 5);
  }
}

BOOST_AUTO_TEST_CASE(a_leak_of_sodium_and_potassium_rests_where_goldman_hodgkin_and_katz_say) {
  auto type = make_type({{"soma", soma, 20, 20, "", 0, {}, 1, 0, 0}});
  type.celsius = 34, type.v_init = -20;
  type.nai = 10, type.nao = 140, type.ki = 54.4;
  type.mechanisms = {{"ghk", {0}, {}}};
  const auto rests = neuron_numbers("rest");
  BOOST_TEST(rests.size() == 3U);
  for (const auto& r : rests)
    for (const bool later : {false, true})
      for (const auto scheme : {Scheme::backward_euler, Scheme::cvode}) {
        if (later && scheme == Scheme::cvode) continue;  // takes no concentrations from outside
        type.ko = later ? 3 : r.c;
        Population population{0.1, scheme};
        population.use_tolerance(1e-9);
        population.add_cell(type, 1000, 0);
        population.count_ions();
        population.initialise();
        std::vector<Firing> firings;
        if (later) population.set_concentration(Ion::k, Side::outside, 0, 0, r.c);
        population.advance(20000, firings);  // 2 s, some hundred time constants
        population.begin_mean();
        population.advance(1, firings);
        const double v = value(population, Quantity::v);
        const double goldman = 1000 * 8.31446261815324 * 307.15 / 96485.33212 *
                               std::log((2e-6 * r.c + 8e-8 * 140) / (2e-6 * 54.4 + 8e-8 * 10));
        BOOST_TEST(std::abs(v - goldman) < 1e-6);
        BOOST_TEST(std::abs(v - r.value) < 1e-4);  // NEURON's constants
        const double na = value(population, Quantity::i_na), k = value(population, Quantity::i_k);
        BOOST_TEST(na < -1e-4);  // [nA]
        BOOST_TEST(std::abs(na + k) < 1e-8);
      }
}

BOOST_AUTO_TEST_CASE(nernst_potentials_are_those_of_neuron) {
  for (const auto& n : neuron_numbers("nernst"))
    BOOST_TEST(std::abs(nernst(n.a, n.d, n.b, n.c) - n.value) < 1e-4);
}

BOOST_AUTO_TEST_CASE(calcium_that_comes_in_through_a_field_fills_the_shell) {
  auto type = make_type({{"soma", soma, 20, 20, "", 0, {}, 1, 0, 0}});
  type.celsius = 34;
  type.v_init = -70;
  type.mechanisms = {{"pas", {0}, {{"g", 1e-4}, {"e", -70}}},
                     {"ca_ghk", {0}, {{"pbar", 1e-4}}},
                     {"ca_dynamics", {0}, {{"decay", 1e9}, {"gamma", 1}}}};
  Population population{0.025, Scheme::backward_euler};
  population.add_cell(type, 1000, 0);
  population.add_clamp({0, 0, 0, 100, 0.1});
  population.initialise();
  std::vector<Firing> firings;
  population.begin_mean();
  population.advance(800, firings);
  // nothing leaves the shell of 0.1 um: 20 ms of mean current [nA] are charge [pC], over 2 F moles
  const double moved = -value(population, Quantity::i_ca) * 20;  // [pC]
  const double mM = moved * 1e-12 / (2 * 96485.33212) / (area_um2 * 0.1 * 1e-15) * 1e3;
  BOOST_TEST(moved > 0.1);
  // the shell is filled by the current of each step's start, the mean counts its end: a step apart
  BOOST_TEST(value(population, Quantity::cai) - 1e-4 == mM, tt::tolerance(0.01));
}

BOOST_AUTO_TEST_SUITE_END()
