// SPDX-License-Identifier: MIT
// Geometries, selections, boundaries and driven parameters.
#include <cmath>
#include <numbers>

#include "cables.hpp"
#include "solver/cable.hpp"
#include "solver/error.hpp"
#include "test.hpp"

namespace {

using Geometry = rxd::Region::Geometry;

/// Size of a region of one segment, length 3 and diameter 2 um.
double size_of(const rxd::Region& region) {
  rxd::Model m;
  m.regions = {region};
  m.species = {{.name = "u", .regions = {region.name}}};
  const rxd::Network network{m};
  return rxd::Cable{network, test::cylinder(1, 3, 2)}.size(0, 0);
}

rxd::Model plain() {
  rxd::Model m;
  m.regions = {{"cyt"}};
  m.species = {{.name = "u", .regions = {"cyt"}, .diffusion = 1, .scale = 1}};
  return m;
}

std::string problem(const rxd::Model& m) {
  try {
    const rxd::Network network{m};
  } catch (const rxd::Error& e) {
    return e.what();
  }
  return "";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rxd_domain_suite)

BOOST_AUTO_TEST_CASE(every_geometry_has_the_size_of_its_formula) {
  const double volume = std::numbers::pi * 3, area = std::numbers::pi * 2 * 3;
  const auto close = boost::test_tools::tolerance(1e-14);
  BOOST_TEST(size_of({"r", Geometry::volume, 0.75}) == 0.75 * volume, close);
  BOOST_TEST(size_of({"r", Geometry::cross_section, 0.4}) == 1.2, close);
  BOOST_TEST(size_of({"r", Geometry::membrane, 0.5}) == 0.5 * area, close);
  BOOST_TEST(size_of({"r", Geometry::scalable_border, 2}) == 2 * 2 * 3.0, close);
  BOOST_TEST(size_of({"r", Geometry::perimeter, 0.7}) == 2.1, close);
  BOOST_TEST(size_of({"r", Geometry::distributed, 10}) == 10 * volume, close);
}

BOOST_AUTO_TEST_CASE(a_selection_is_the_intersection_of_what_it_says) {
  auto segments = test::cylinder(10, 10, 1);
  for (std::size_t i = 0; i < segments.size(); ++i) {
    segments[i].type = i < 5 ? 3 : 4;
    segments[i].section = static_cast<std::int64_t>(i / 2);
  }
  const auto chosen = [&](const rxd::Selection& where) {
    rxd::Model m = plain();
    m.regions[0].where = where;
    m.parameters = {{"edge", "3"}};
    const rxd::Network network{m};
    const rxd::Cable cable{network, segments};
    std::string all;
    for (std::size_t s = 0; s < segments.size(); ++s) all += cable.size(0, s) > 0 ? '1' : '0';
    return all;
  };
  BOOST_TEST(chosen({}) == "1111111111");
  BOOST_TEST(chosen({.types = {3}}) == "1111100000");
  BOOST_TEST(chosen({.sections = {1, 4}}) == "0011000011");
  BOOST_TEST(chosen({.condition = "x > edge"}) == "0001111111");
  BOOST_TEST(chosen({.types = {3}, .sections = {1, 4}, .condition = "x > edge"}) == "0001000000");
  BOOST_TEST(chosen({.cells = {1}}) == "0000000000");
}

BOOST_AUTO_TEST_CASE(a_held_end_settles_to_the_exact_line) {
  // u = 2 at one end, 1 at the other: in the steady state a straight line between the two middles,
  // and the flux of it, whoever integrates.
  rxd::Model m = plain();
  m.boundaries = {{"left", "u", {.condition = "x < 1"}, "2"},
                  {"right", "u", {.condition = "x > 49"}, "1"}};
  const rxd::Network network{m};
  for (const int scheme : {0, 1, 2}) {
    rxd::Cable cable{network, test::cylinder(50, 50, 2)};
    for (int i = 0; i < 200; ++i) {
      if (scheme == 0) cable.step(50, rxd::Scheme::sdirk2);
      if (scheme == 1) cable.advance(50, 1e-9);
      if (scheme == 2) cable.advance_cvode(50, 1e-9);
    }
    for (std::size_t s = 0; s < 50; ++s)
      BOOST_TEST(cable.value(0, s) == 2 - static_cast<double>(s) / 49,
                 boost::test_tools::tolerance(1e-8));
    BOOST_TEST(cable.flux_from_parent(0, 20) == std::numbers::pi / 49,
               boost::test_tools::tolerance(1e-7));
  }
}

BOOST_AUTO_TEST_CASE(regions_may_differ_in_diffusion_and_in_what_conducts) {
  rxd::Model m;
  m.regions = {{"cyt", Geometry::volume, 0.5},
               {"er", Geometry::volume, 0.5, {}, 0.25},
               {"pipe", Geometry::cross_section, 0.6}};
  m.species = {{.name = "u",
                .regions = {"cyt", "er", "pipe"},
                .diffusion_by_region = {2, 4, 5},
                .initial = "x"}};
  const rxd::Network network{m};
  const rxd::Cable cable{network, test::cylinder(2, 6, 2)};
  const auto flux = [&](const char* name) {
    return cable.flux_from_parent(network.variable(name), 1);
  };
  // D times the conducting cross-section, as u falls by one per um.
  BOOST_TEST(flux("u[cyt]") == -2 * 0.5 * std::numbers::pi, boost::test_tools::tolerance(1e-14));
  BOOST_TEST(flux("u[er]") == -4 * 0.25 * std::numbers::pi, boost::test_tools::tolerance(1e-14));
  BOOST_TEST(flux("u[pipe]") == -5 * 0.6, boost::test_tools::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(a_driven_parameter_takes_effect_where_it_is_set) {
  rxd::Model m = plain();
  m.species[0].diffusion = 0;
  m.species[0].initial = "1";
  m.parameters = {{"k", "0.1*x", true}};
  m.rates = {{.of = "u", .expression = "-k*u"}};
  const rxd::Network network{m};
  rxd::Cable cable{network, test::cylinder(2, 2, 1)};
  cable.set_driven(0, 1, 2);
  for (int i = 0; i < 1000; ++i) cable.step(0.001, rxd::Scheme::sdirk2);
  BOOST_TEST(cable.value(0, 0) == std::exp(-0.05), boost::test_tools::tolerance(1e-7));
  BOOST_TEST(cable.value(0, 1) == std::exp(-2.0), boost::test_tools::tolerance(1e-5));
  cable.set_driven(0, 1, 0);  // the factors of a linear network must not outlive it
  const double now = cable.value(0, 1);
  cable.step(0.001, rxd::Scheme::sdirk2);
  BOOST_TEST(cable.value(0, 1) == now, boost::test_tools::tolerance(1e-15));
}

BOOST_AUTO_TEST_CASE(diffusion_may_be_an_expression_of_position) {
  // Between two held ends u' = c/(1 + x) in the steady state. Each half segment conducts with the
  // constant at its middle, which integrates 1/(1 + x) by midpoints.
  rxd::Model m = plain();
  m.species[0].diffusion = 1;
  m.species[0].profile_by_region = {"1 + x"};
  m.boundaries = {{"low", "u", {.condition = "x < 1"}, "0"},
                  {"high", "u", {.condition = "x > 99"}, "1"}};
  const rxd::Network network{m};
  rxd::Cable cable{network, test::cylinder(100, 100, 1)};
  for (int i = 0; i < 50; ++i) cable.step(1e4, rxd::Scheme::backward_euler);
  const double whole = std::log(100.5 / 1.5);
  for (const std::size_t s : {5U, 30U, 80U})
    BOOST_TEST(cable.value(0, s) == std::log((1.5 + static_cast<double>(s)) / 1.5) / whole,
               boost::test_tools::tolerance(0.02));
  m.species[0].profile_by_region = {"1 - x"};
  const rxd::Network wrong{m};
  BOOST_CHECK_THROW((rxd::Cable{wrong, test::cylinder(100, 100, 1)}), rxd::Error);
}

BOOST_AUTO_TEST_CASE(fractional_counts_are_orders_and_amounts) {
  rxd::Model m = plain();
  m.species = {{.name = "a", .regions = {"cyt"}, .initial = "1"},
               {.name = "b", .regions = {"cyt"}}};
  m.reactions = {{.name = "r", .equation = "1.5 a > 0.5 b", .forward = "0.1"}};
  const rxd::Network network{m};
  rxd::Cable cable{network, test::cylinder(1, 1, 1)};
  for (int i = 0; i < 1000; ++i) cable.step(0.01, rxd::Scheme::sdirk2);
  // a' = -0.15 a^1.5: a = (1 + 0.075 t)^-2
  const double a = std::pow(1.75, -2);
  BOOST_TEST(cable.value(network.variable("a"), 0) == a, boost::test_tools::tolerance(1e-6));
  BOOST_TEST(cable.value(network.variable("b"), 0) == (1 - a) / 3,
             boost::test_tools::tolerance(1e-6));
}

BOOST_AUTO_TEST_CASE(matter_out_of_nothing_is_refused) {
  rxd::Model m = plain();
  m.species = {{.name = "ca", .regions = {"cyt"}},
               {.name = "b", .regions = {"cyt"}},
               {.name = "cab", .regions = {"cyt"}}};
  m.reactions = {
      {.name = "on", .equation = "2 ca + b > cab", .forward = "1"},
      {.name = "off", .equation = "cab > ca + b", .forward = "1"},
  };
  BOOST_TEST(problem(m).find("inconsistent stoichiometry: reaction 'on'") != std::string::npos);
  m.reactions[1].equation = "cab > 2 ca + b";
  BOOST_TEST(problem(m) == "");
  m.reactions[1].equation = "ca + b > b + ca";
  BOOST_TEST(problem(m).find("it changes nothing") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
