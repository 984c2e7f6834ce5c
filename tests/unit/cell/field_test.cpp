// SPDX-License-Identifier: MIT
// Potentials outside a cell and currents put into it, against cable theory.
#include <cmath>

#include "model.hpp"
#include "test.hpp"

using namespace model;
namespace tt = boost::test_tools;

namespace {

/// A passive cylinder of 1000 um by 2 um along y, at rest at 0 mV.
CellType cylinder(int nseg) {
  auto type = make_type({{"dend", dend, 1000, 2, "", 0, {}, nseg, 0, 0}}, 150);
  type.mechanisms = {{"pas", segments_of(type.cable, dend), {{"g", 0.0002}, {"e", 0}}}};
  type.v_init = 0;
  return type;
}

/// Voltages once everything has settled in a field of `E` [mV/um] along y.
std::vector<double> in_field(const CellType& type, double E, double offset = 0) {
  Population population{0.5, Scheme::backward_euler};
  population.add_cell(type, 0, 0);
  population.initialise();
  std::vector<double> outside;
  for (const auto& s : type.cable.segments)
    outside.push_back(offset - E * 0.5 * (s.begin.y + s.end.y));
  population.set_v_ext(0, outside);
  std::vector<Firing> firings;
  population.advance(2000, firings);  // 200 membrane time constants
  std::vector<double> v(type.cable.segments.size());
  population.read(Quantity::v, 0, v);
  return v;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(field)

BOOST_AUTO_TEST_CASE(a_cable_in_a_uniform_field_has_the_voltage_of_cable_theory_to_second_order) {
  // v'' = v/lambda^2 with v' = E at sealed ends: v = E lambda sinh((y - L/2)/lambda)/cosh(L/2
  // lambda)
  const double L = 1000, E = 0.01, lambda = 1e4 * std::sqrt(2e-4 / (4 * 150 * 0.0002));
  std::vector<double> errors;
  for (const int nseg : {25, 75}) {
    const auto type = cylinder(nseg);
    const auto v = in_field(type, E);
    double worst = 0;
    for (std::size_t s = 0; s < v.size(); ++s) {
      const double y = 0.5 * (type.cable.segments[s].begin.y + type.cable.segments[s].end.y);
      const double exact =
          E * lambda * std::sinh((y - L / 2) / lambda) / std::cosh(L / (2 * lambda));
      worst = std::max(worst, std::abs(v[s] - exact));
    }
    errors.push_back(worst);
  }
  BOOST_TEST(errors[1] < 1e-3);
  BOOST_TEST(errors[0] / errors[1] > 7);  // 9 for a third of the length
}

BOOST_AUTO_TEST_CASE(a_potential_without_gradient_does_nothing_to_a_branched_cell) {
  auto type = make_type({{"soma", soma, 20, 20, "", 0, {}, 1, 0, 0},
                         {"trunk", apic, 200, 3, "soma", 1, {}, 9, 0, 0},
                         {"left", apic, 100, 1.5, "trunk", 1, {}, 5, 0, 0},
                         {"right", apic, 150, 1.2, "trunk", 1, {}, 7, 0, 0}});
  std::vector<int> everywhere;
  for (int s = 0; s < static_cast<int>(type.cable.segments.size()); ++s) everywhere.push_back(s);
  type.mechanisms = {{"pas", everywhere, {{"e", -65}}}};
  for (const double v : in_field(type, 0, 1000)) BOOST_TEST(v == -65, tt::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(membrane_currents_in_a_field_add_up_to_the_current_put_in) {
  const auto type = cylinder(11);
  Population population{0.025, Scheme::crank_nicolson};
  population.add_cell(type, 0, 0);
  population.initialise();
  population.set_v_ext(0, std::vector<double>{0, 5, 3, 8, -2, 0, 1, 9, 3, 3, 7});
  population.set_injected(0, 4, 0.25);
  std::vector<Firing> firings;
  population.advance(37, firings);
  std::vector<double> i(type.cable.segments.size());
  population.read(Quantity::i_membrane, 0, i);
  double sum = 0;
  for (const double x : i) sum += x;
  // eleven differences of products of 0.02 uS with some 10 mV
  BOOST_TEST(std::abs(sum - 0.25) < 1e-13);
  BOOST_TEST(population.electrode_current(0) == 0.25);
}

BOOST_AUTO_TEST_CASE(current_put_into_one_compartment_obeys_ohms_law) {
  const auto type = cylinder(1);
  Population population{0.5, Scheme::backward_euler};
  population.add_cell(type, 0, 0);
  population.initialise();
  population.set_injected(0, 0, 0.1);
  std::vector<Firing> firings;
  population.advance(2000, firings);
  const double g = 0.0002 * 1e-2 * type.cable.segments[0].area;  // [uS]
  BOOST_TEST(voltages(population, {0})[0] == 0.1 / g, tt::tolerance(1e-9));
}

BOOST_AUTO_TEST_SUITE_END()
