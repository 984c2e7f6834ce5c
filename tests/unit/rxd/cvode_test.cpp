// SPDX-License-Identifier: MIT
// CVODE on a tree: the same solution, the same conserved quantities, and sources that change.
#include <algorithm>
#include <cmath>

#include "bushy_tree.hpp"
#include "solver/cable.hpp"
#include "solver/error.hpp"
#include "test.hpp"

namespace {

rxd::Model decay() {
  rxd::Model m;
  m.regions = {{"cyt"}};
  m.species = {{.name = "u", .regions = {"cyt"}, .diffusion = 1, .initial = "1", .scale = 1}};
  m.rates = {{.of = "u", .expression = "-u^2"}};
  return m;
}

/// A buffer that binds fast and a gradient, so that nothing stays trivial.
rxd::Model buffered() {
  rxd::Model m;
  m.regions = {{"cyt"}};
  m.species = {{.name = "ca", .regions = {"cyt"}, .diffusion = 0.3, .initial = "if(x < 8, 1, 0.1)"},
               {.name = "buf", .regions = {"cyt"}, .diffusion = 0.05, .initial = "0.8"},
               {.name = "bound", .regions = {"cyt"}, .diffusion = 0.05}};
  m.reactions = {
      {.name = "b", .equation = "ca + buf <> bound", .forward = "500", .backward = "10"}};
  return m;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rxd_cvode_suite)

BOOST_AUTO_TEST_CASE(cvode_keeps_to_its_tolerance) {
  // u' = -u^2, u(0) = 1 has u(2) = 1/3. CVODE bounds the error of a step; some dozens of steps may
  // add up to ten times that.
  const rxd::Network network{decay()};
  for (const double tolerance : {1e-4, 1e-6, 1e-8}) {
    rxd::Cable cable{network, test::bushy_tree()};
    for (int i = 0; i < 4; ++i) cable.advance_cvode(0.5, tolerance);
    for (std::size_t s = 0; s < cable.segments(); ++s)
      BOOST_TEST(std::abs(cable.value(0, s) - 1.0 / 3) < 10 * tolerance);
  }
}

BOOST_AUTO_TEST_CASE(cvode_conserves_and_agrees_with_rodas_where_branches_meet) {
  const rxd::Network network{buffered()};
  rxd::Cable cvode{network, test::bushy_tree()}, rodas{network, test::bushy_tree()};
  const auto ca = network.variable("ca"), buf = network.variable("buf"),
             bound = network.variable("bound");
  const double calcium = test::total(cvode, {ca, bound}), buffer = test::total(cvode, {buf, bound});
  for (int i = 0; i < 20; ++i) {
    cvode.advance_cvode(1, 1e-8);
    rodas.advance(1, 1e-8);
  }
  BOOST_TEST(test::total(cvode, {ca, bound}) == calcium, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(test::total(cvode, {buf, bound}) == buffer, boost::test_tools::tolerance(1e-12));
  for (std::size_t s = 0; s < cvode.segments(); ++s)
    BOOST_TEST(cvode.value(ca, s) == rodas.value(ca, s), boost::test_tools::tolerance(1e-5));
}

BOOST_AUTO_TEST_CASE(cvode_takes_up_a_source_at_the_instant_it_is_set) {
  // Steps may reach beyond the end of a call: a source set then must count from there, no earlier.
  rxd::Model m = decay();
  m.rates.clear();
  const rxd::Network network{m};
  rxd::Cable cable{network, test::bushy_tree()};
  const double before = cable.amount(0);
  cable.advance_cvode(7, 1e-6);
  BOOST_TEST(cable.amount(0) == before, boost::test_tools::tolerance(1e-12));
  for (int i = 0; i < 4; ++i) {
    cable.set_source(0, 7, i % 2 == 0 ? 0.25 : 0);
    cable.advance_cvode(10, 1e-6);
  }
  BOOST_TEST(cable.amount(0) - before == 5, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(cvode_gives_up_by_name_where_a_rate_explodes) {
  rxd::Model m = decay();
  m.rates = {{.of = "u", .expression = "u^2"}};  // infinite at t = 1
  const rxd::Network network{m};
  rxd::Cable cable{network, test::cylinder(1, 1, 1)};
  BOOST_CHECK_THROW(cable.advance_cvode(2, 1e-6), rxd::Error);
}

BOOST_AUTO_TEST_SUITE_END()
