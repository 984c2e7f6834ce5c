// SPDX-License-Identifier: MIT
// Long steps where little happens and short ones at a front: nothing is lost between the two, and
// the solution is that of steps which are short everywhere.
#include "solver/multirate.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "calcium_wave.hpp"
#include "solver/cable.hpp"
#include "test.hpp"

namespace {

/// Two branches of unlike width on a trunk, and one on the middle of it; 1 um a segment.
std::vector<rxd::Segment> branches() {
  auto all = test::cylinder(120, 120, 1);
  test::add_cylinder(all, 90, 90, 0.9, 119);
  test::add_cylinder(all, 70, 70, 1.05, 119);
  test::add_cylinder(all, 60, 60, 0.95, 40, 0.5);
  return all;
}

/// Diffusion on a chain with an arm, points of unlike size, one of them without any.
struct Fork {
  rxd::Network network;
  rxd::Balance balance;

  static rxd::Model diffusion() {
    rxd::Model m;
    m.regions = {{"cyt"}};
    m.species = {{.name = "u", .regions = {"cyt"}, .diffusion = 1, .initial = "1", .scale = 1}};
    return m;
  }
  Fork() : network{diffusion()}, balance{network} {
    balance.parent = {0, 0, 1, 2, 2, 4, 5};
    balance.size = {1, 2, 0, 0.5, 1.5, 3, 1};  // 2 is where three meet
    balance.conductance = {0, 0.7, 1.1, 0.4, 2, 0.9, 0.3};
    balance.position.resize(rxd::Network::positions.size() * balance.size.size());
    balance.set_up();
    balance.value = {3, 1, 1.5, 0.2, 1, 0, 2};
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(rxd_multirate_suite)

BOOST_AUTO_TEST_CASE(what_passes_in_a_step_is_what_its_points_lose_and_gain) {
  Fork fork;
  rxd::Balance& b = fork.balance;
  rxd::Rosenbrock rosenbrock;
  rosenbrock.step(b, 0, 0.8, 1e-3);
  std::vector<double> gained(b.points());
  for (std::size_t i = 1; i < b.points(); ++i) {
    const double passed = rosenbrock.passed(b, 0, i);
    gained[i] += passed;
    gained[static_cast<std::size_t>(b.parent[i])] -= passed;
  }
  for (std::size_t i = 0; i < b.points(); ++i)  // 1e-13: sixteen digits, sums with weights up to 34
    BOOST_TEST(std::abs(gained[i] - b.size[i] * (b.value[i] - rosenbrock.before()[i])) < 1e-13);
}

BOOST_AUTO_TEST_CASE(what_flows_in_as_a_parabola_arrives_whole) {
  // A method of fourth order integrates cubic polynomials exactly, so steps of any length do.
  Fork fork;
  rxd::Balance& b = fork.balance;
  b.inflows = {{3, 0, 0.4, -1.2, 2.5}};
  const auto amount = [&] {
    double sum = 0;
    for (std::size_t i = 0; i < b.points(); ++i) sum += b.size[i] * b.value[i];
    return sum;
  };
  const double before = amount();
  rxd::Rosenbrock rosenbrock;
  rosenbrock.step(b, 0, 0.5, 1e-3);
  rosenbrock.step(b, 0.5, 1.25, 1e-3);
  const double t = 1.75;
  BOOST_TEST(amount() - before == 0.4 * t - 1.2 * t * t / 2 + 2.5 * t * t * t / 3,
             boost::test_tools::tolerance(1e-13));
  const rxd::Inflow later = b.inflows[0].from(0.3);
  BOOST_TEST(later.rate(0.4) == b.inflows[0].rate(0.7), boost::test_tools::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(a_wave_through_branch_points_is_conserved_and_as_exact_as_the_tolerance_asks) {
  const rxd::Network network{test::calcium_wave(1000)};
  const auto c = network.variable("ca[cyt]"), e = network.variable("ca[er]");
  constexpr double until = 1100;  // the front is just beyond the branch points
  const auto ignite = [&](rxd::Cable& cable) {
    for (std::size_t s = 60; s < 65; ++s) cable.set_value(network.variable("ip3"), s, 1.25);
  };
  rxd::Cable cvode{network, branches()};
  ignite(cvode);
  cvode.advance_cvode(until, 1e-9);  // another method, which knows of no parts
  double peak = 0;
  for (std::size_t s = 0; s < cvode.segments(); ++s) peak = std::max(peak, cvode.value(c, s));
  BOOST_TEST(cvode.value(c, 130) > 2e-4);  // in the one branch
  BOOST_TEST(cvode.value(c, 220) > 2e-4);  // and in the other
  const auto off = [&](double tolerance) {
    rxd::Cable cable{network, branches()};
    ignite(cable);
    const double before = test::total(cable, {c, e});
    cable.advance(until, tolerance);
    BOOST_TEST(test::total(cable, {c, e}) == before, boost::test_tools::tolerance(1e-12));
    double worst = 0;
    for (std::size_t s = 0; s < cable.segments(); ++s)
      worst = std::max(worst, std::abs(cable.value(c, s) - cvode.value(c, s)));
    BOOST_TEST_MESSAGE(tolerance << ": off by " << worst / peak << " of the peak, "
                                 << cable.iterations() << " steps of "
                                 << cable.points_stepped() / cable.iterations() << " points");
    // Steps that are short everywhere would have all 343 points each.
    BOOST_TEST(cable.points_stepped() < 120 * cable.iterations());
    return worst / peak;
  };
  const double coarse = off(1e-4), fine = off(1e-6);
  BOOST_TEST(coarse < 5e-4);
  BOOST_TEST(fine < coarse / 30);  // error goes with the tolerance, or nearly
}

BOOST_AUTO_TEST_CASE(a_jump_that_levels_out_keeps_to_the_tolerance_at_the_price_of_whole_steps) {
  // Errors of a jump do not shrink with the step as the order says, which is where taking parts
  // again pays least. Eigenmodes of the chain, summed, are the solution.
  rxd::Model m = Fork::diffusion();
  m.species[0].initial = "if(x < 20, 1, 0)";
  const rxd::Network network{m};
  constexpr std::size_t nodes = 200;
  constexpr double until = 400;
  std::vector<double> exact(nodes);
  for (std::size_t k = 0; k < nodes; ++k) {
    const double wave = std::numbers::pi * static_cast<double>(k) / nodes;
    const auto mode = [&](std::size_t i) {
      return std::cos(wave * (static_cast<double>(i) + 0.5));
    };
    double part = 0;
    for (std::size_t i = 0; i < 20; ++i) part += mode(i) * (k == 0 ? 1.0 : 2.0) / nodes;
    part *= std::exp(-until * (2 - 2 * std::cos(wave)));
    for (std::size_t i = 0; i < nodes; ++i) exact[i] += part * mode(i);
  }
  for (const double tolerance : {1e-2, 1e-3, 1e-4, 1e-5, 1e-6}) {
    rxd::Cable cable{network, test::cylinder(nodes, nodes, 1)};
    cable.advance(until, tolerance);
    double worst = 0;
    for (std::size_t i = 0; i < nodes; ++i)
      worst = std::max(worst, std::abs(cable.value(0, i) - exact[i]));
    BOOST_TEST_MESSAGE(tolerance << ": off by " << worst << ", " << cable.points_stepped() / nodes
                                 << " whole steps' worth");
    BOOST_TEST(worst < tolerance);
    BOOST_TEST(cable.points_stepped() < 100 * nodes);  // 84 with whole steps at 1e-6
  }
}

BOOST_AUTO_TEST_CASE(a_source_in_a_quiet_tree_is_seen_wherever_it_is) {
  const rxd::Network network{test::calcium_wave(1000)};  // nothing happens by itself
  const auto ip3 = network.variable("ip3"), c = network.variable("ca[cyt]");
  rxd::Cable parts{network, branches()}, fixed{network, branches()};
  for (rxd::Cable* cable : {&parts, &fixed}) {
    cable->set_source(ip3, 200, 0.02);
    cable->set_source(c, 320, 1e-6);
  }
  const double before = parts.amount(ip3);
  for (int i = 0; i < 20; ++i) parts.advance(10, 1e-6);
  for (int i = 0; i < 20000; ++i) fixed.step(0.01, rxd::Scheme::sdirk2);
  BOOST_TEST(parts.amount(ip3) - before == 0.02 * 200, boost::test_tools::tolerance(1e-12));
  for (std::size_t s = 0; s < parts.segments(); ++s)
    for (const auto k : {ip3, c})
      BOOST_TEST(parts.value(k, s) == fixed.value(k, s), boost::test_tools::tolerance(1e-4));
}

BOOST_AUTO_TEST_SUITE_END()
