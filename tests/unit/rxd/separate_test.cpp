// SPDX-License-Identifier: MIT
// Networks in which each concentration obeys a linear equation of its own: steps of numbers instead
// of blocks, and windows of any length at once.
#include <cmath>
#include <numbers>

#include "bushy_tree.hpp"
#include "solver/cable.hpp"
#include "test.hpp"

namespace {

using rxd::Scheme;

/// Diffusion, with a decay towards a level and a source or boundary where a test wants them.
rxd::Model decaying(const std::string& initial, const std::string& rate = "") {
  rxd::Model m;
  m.regions = {{"cyt"}};
  m.species = {{.name = "u", .regions = {"cyt"}, .diffusion = 0.8, .initial = initial, .scale = 1}};
  if (!rate.empty()) m.rates = {{.of = "u", .expression = rate}};
  return m;
}

double largest_difference(const rxd::Cable& a, const rxd::Cable& b) {
  double worst = 0;
  for (std::size_t s = 0; s < a.segments(); ++s)
    worst = std::max(worst, std::abs(a.value(0, s) - b.value(0, s)));
  return worst;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rxd_separate_suite)

BOOST_AUTO_TEST_CASE(one_window_of_any_length_is_exact) {
  // Between sealed ends cosines decay each at its own rate, in space that is cut into segments too:
  // exp(-t (2/dx sin(k dx/2))^2 D).
  const std::size_t count = 100;
  const double dx = 1, decay = 0.003;
  const rxd::Network network{decaying("2 + cos(pi*x/100) + cos(pi*x/5)", "-0.003*u")};
  BOOST_TEST(network.separate());
  for (const double length : {1e-3, 1.0, 50.0, 1e4}) {
    rxd::Cable cable{network, test::cylinder(count, 100, 1)};
    cable.advance(length, 1e-4);
    BOOST_TEST(cable.iterations() == 1);
    double worst = 0;
    for (std::size_t s = 0; s < count; ++s) {
      const double x = static_cast<double>(s) + 0.5;
      double exact = 2;
      for (const double k : {std::numbers::pi / 100, std::numbers::pi / 5})
        exact +=
            std::cos(k * x) * std::exp(-length * 0.8 * std::pow(2 / dx * std::sin(k * dx / 2), 2));
      worst = std::max(worst, std::abs(cable.value(0, s) - exact * std::exp(-decay * length)));
    }
    BOOST_TEST(worst < 1e-12);  // 5e-14 from the rational function, the rest is rounding
  }
}

BOOST_AUTO_TEST_CASE(windows_conserve_matter_and_let_in_what_flows) {
  const rxd::Network network{decaying("if(x < 3, 1, 0.01)")};
  rxd::Cable cable{network, test::bushy_tree()};
  const double before = cable.amount(0);
  for (int i = 0; i < 1000; ++i) cable.advance(i % 7 + 0.1, 1e-4);
  BOOST_TEST(cable.amount(0) == before, boost::test_tools::tolerance(1e-12));
  cable.set_source(0, 7, 0.25);
  for (int i = 0; i < 100; ++i) cable.advance(0.3, 1e-4);
  BOOST_TEST(cable.amount(0) - before == 7.5, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(windows_and_short_steps_agree_where_branches_meet) {
  // A boundary, a source, an equilibrium that differs from place to place, and points without
  // volume.
  rxd::Model m = decaying("if(x < 8, 1, 0.1)", "0.02*(0.3 + 0.001*x - u)");
  m.boundaries = {{.name = "bath", .of = "u", .where = {.condition = "x < 2"}, .value = "0.7"}};
  const rxd::Network network{m};
  rxd::Cable window{network, test::bushy_tree()}, steps{network, test::bushy_tree()},
      coarse{network, test::bushy_tree()};
  for (auto* cable : {&window, &steps, &coarse}) cable->set_source(0, 9, 0.4);
  window.advance(20, 1e-4);
  for (int i = 0; i < 4000; ++i) steps.step(0.005, Scheme::sdirk2);
  for (int i = 0; i < 400; ++i) coarse.step(0.05, Scheme::sdirk2);
  // The error of second order: a hundredth with a tenth of the step.
  BOOST_TEST(largest_difference(window, steps) < 1e-6);
  BOOST_TEST(largest_difference(window, coarse) / largest_difference(window, steps) == 100,
             boost::test_tools::tolerance(0.1));
}

BOOST_AUTO_TEST_CASE(steps_have_the_order_they_claim) {
  const rxd::Network network{decaying("if(x < 8, 1, 0.1)", "-0.05*u")};
  rxd::Cable exact{network, test::bushy_tree()};
  exact.advance(10, 1e-4);
  const auto error = [&](int steps, Scheme scheme) {
    rxd::Cable cable{network, test::bushy_tree()};
    for (int i = 0; i < steps; ++i) cable.step(10.0 / steps, scheme);
    return largest_difference(cable, exact);
  };
  BOOST_TEST(
      std::log2(error(400, Scheme::backward_euler) / error(800, Scheme::backward_euler)) == 1,
      boost::test_tools::tolerance(0.02));
  BOOST_TEST(std::log2(error(400, Scheme::sdirk2) / error(800, Scheme::sdirk2)) == 2,
             boost::test_tools::tolerance(0.02));
}

BOOST_AUTO_TEST_CASE(a_parameter_that_changes_changes_the_matrices) {
  rxd::Model m = decaying("1", "-loss*u");
  m.species[0].diffusion = 0.1;
  m.parameters = {{.name = "loss", .value = "0.1", .driven = true}};
  const rxd::Network network{m};
  rxd::Cable window{network, test::cylinder(5, 10, 1)}, steps{network, test::cylinder(5, 10, 1)};
  for (const double loss : {0.1, 0.3, 0.0}) {
    for (std::size_t s = 0; s < 5; ++s) window.set_driven(0, s, loss), steps.set_driven(0, s, loss);
    window.advance(2, 1e-4);
    for (int i = 0; i < 2000; ++i) steps.step(1e-3, Scheme::sdirk2);
  }
  BOOST_TEST(window.value(0, 2) == std::exp(-0.8), boost::test_tools::tolerance(1e-12));
  BOOST_TEST(steps.value(0, 2) == std::exp(-0.8), boost::test_tools::tolerance(1e-8));
}

BOOST_AUTO_TEST_CASE(what_grows_is_left_to_steps) {
  // The rational function is near the exponential where things decay.
  const rxd::Network network{decaying("1", "0.1*u")};
  rxd::Cable cable{network, test::cylinder(5, 10, 1)};
  cable.advance(10, 1e-8);
  BOOST_TEST(cable.iterations() > 1);
  BOOST_TEST(cable.value(0, 2) == std::exp(1.0), boost::test_tools::tolerance(1e-6));
}

BOOST_AUTO_TEST_SUITE_END()
