// SPDX-License-Identifier: MIT
#define BOOST_TEST_MODULE rxd_cable
#include "solver/cable.hpp"

#include "bushy_tree.hpp"
#include "solver/error.hpp"
#include "test.hpp"

namespace {

using rxd::Scheme;
constexpr Scheme schemes[] = {Scheme::backward_euler, Scheme::sdirk2};

rxd::Model diffusion(const std::string& initial, double constant = 1) {
  rxd::Model m;
  m.regions = {{"cyt", rxd::Region::Geometry::volume, 1, {}}};
  m.species = {{.name = "u", .regions = {"cyt"}, .diffusion = constant, .initial = initial}};
  return m;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rxd_cable_suite)

BOOST_AUTO_TEST_CASE(diffusion_on_a_tree_conserves_mass_and_levels_out) {
  const rxd::Network network{diffusion("if(x < 3, 1, 0.01)")};
  for (const Scheme scheme : schemes) {
    rxd::Cable cable{network, test::bushy_tree()};
    const double before = cable.amount(0);
    for (int i = 0; i < 4000; ++i) cable.step(10, scheme);
    BOOST_TEST(cable.amount(0) == before, boost::test_tools::tolerance(1e-12));
    double volume = 0;
    for (std::size_t s = 0; s < cable.segments(); ++s) volume += cable.size(0, s);
    for (std::size_t s = 0; s < cable.segments(); ++s)
      BOOST_TEST(cable.value(0, s) == before / volume, boost::test_tools::tolerance(1e-11));
  }
}

BOOST_AUTO_TEST_CASE(fluxes_add_up_to_zero_at_a_branch_point) {
  std::vector<rxd::Segment> y;
  const auto end = test::add_cylinder(y, 5, 10, 2);
  const auto left = static_cast<std::size_t>(end + 1);
  test::add_cylinder(y, 4, 10, 1, end);
  const std::size_t right = y.size();
  test::add_cylinder(y, 4, 10, 1.5, end);
  const rxd::Network network{diffusion("if(x < 5, 1, 0)")};
  rxd::Cable cable{network, y};
  for (int i = 0; i < 20; ++i) {
    std::vector<double> before;
    for (std::size_t s = 0; s < cable.segments(); ++s) before.push_back(cable.value(0, s));
    cable.step(1, Scheme::backward_euler);
    // What the trunk lost in an implicit step is what the branches gained, and what flowed at its
    // end.
    double trunk = 0;
    for (std::size_t s = 0; s < left; ++s)
      trunk += cable.size(0, s) * (cable.value(0, s) - before[s]);
    const double through = cable.flux_from_parent(0, left) + cable.flux_from_parent(0, right);
    BOOST_TEST(through == -trunk, boost::test_tools::tolerance(1e-11));
  }
}

BOOST_AUTO_TEST_CASE(a_source_adds_exactly_its_amount) {
  const rxd::Network network{diffusion("0.1")};
  for (const Scheme scheme : schemes) {
    rxd::Cable cable{network, test::bushy_tree()};
    const double before = cable.amount(0);
    cable.set_source(0, 7, 0.25);
    for (int i = 0; i < 100; ++i) cable.step(0.1, scheme);
    BOOST_TEST(cable.amount(0) - before == 2.5, boost::test_tools::tolerance(1e-12));
  }
}

BOOST_AUTO_TEST_CASE(a_source_at_one_end_builds_the_gradient_that_conductance_says) {
  // In at one end, out at the other at the same pace: in steady state the flux is the same
  // everywhere, so the drop over a frustum from middle to middle is flux × resistance / D.
  auto all = test::cylinder(4, 40, 2);
  all[2].d0 = all[2].d1 = 1;
  const rxd::Network network{diffusion("1", 0.5)};
  rxd::Cable cable{network, all};
  cable.set_source(0, 0, 0.01);
  cable.set_source(0, 3, -0.01);
  for (int i = 0; i < 200; ++i) cable.step(1000, Scheme::backward_euler);
  const double half_thick = 5 / (std::numbers::pi / 4 * 4);
  const double half_thin = 5 / (std::numbers::pi / 4);
  BOOST_TEST(cable.value(0, 0) - cable.value(0, 1) == 0.01 / 0.5 * 2 * half_thick,
             boost::test_tools::tolerance(1e-9));
  BOOST_TEST(cable.value(0, 1) - cable.value(0, 2) == 0.01 / 0.5 * (half_thick + half_thin),
             boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(two_regions_conserve_what_moves_through_the_membrane) {
  rxd::Model m;
  m.regions = {{"cyt", rxd::Region::Geometry::volume, 0.83, {}},
               {"er", rxd::Region::Geometry::volume, 0.17, {}},
               {"mem", rxd::Region::Geometry::membrane, 1, {}}};
  m.species = {{.name = "ca",
                .regions = {"cyt", "er"},
                .diffusion = 0.1,
                .initial_by_region = {"1e-4", "if(x<10,1e-2,5e-3)"}},
               {.name = "buffer", .regions = {"cyt"}, .diffusion = 0.05, .initial = "0.05"},
               {.name = "bound", .regions = {"cyt"}, .initial = "0"},
               {.name = "gate", .regions = {"mem"}, .initial = "0.3"}};
  m.reactions = {{.name = "leak",
                  .equation = "ca[er] <> ca[cyt]",
                  .forward = "20*gate",
                  .backward = "20*gate",
                  .membrane = "mem"},
                 {.name = "serca",
                  .equation = "ca[cyt] > ca[er]",
                  .forward = "0.5/((1e-4/ca[cyt])^2 + 1)",
                  .custom = true,
                  .membrane = "mem"},
                 {.name = "binding",
                  .equation = "2 ca + buffer <> bound",
                  .forward = "1000",
                  .backward = "0.01",
                  .region = "cyt"}};
  m.rates = {{.of = "gate", .expression = "(1/(1 + ca[cyt]/4e-4) - gate)/10"}};
  const rxd::Network network{m};
  const auto c = network.variable("ca[cyt]"), e = network.variable("ca[er]"),
             bound = network.variable("bound"), buffer = network.variable("buffer");
  for (const Scheme scheme : schemes) {
    rxd::Cable cable{network, test::bushy_tree()};
    const auto calcium = [&] { return test::total(cable, {c, e, bound, bound}); };
    const auto binder = [&] { return test::total(cable, {buffer, bound}); };
    const double calcium_before = calcium(), binder_before = binder(),
                 cytosol_before = cable.amount(c);
    for (int i = 0; i < 2000; ++i) cable.step(0.5, scheme);
    BOOST_TEST(calcium() == calcium_before, boost::test_tools::tolerance(1e-12));
    BOOST_TEST(binder() == binder_before, boost::test_tools::tolerance(1e-12));
    BOOST_TEST(cable.amount(c) != cytosol_before);  // something did happen
  }
}

BOOST_AUTO_TEST_CASE(a_region_of_some_segments_keeps_its_species_to_itself) {
  auto all = test::cylinder(20, 20, 1);
  for (std::size_t i = 0; i < 10; ++i) all[i].type = 3;
  rxd::Model m;
  m.regions = {{"cyt", rxd::Region::Geometry::volume, 0.8, {}},
               {"er", rxd::Region::Geometry::volume, 0.2, {{3}}},
               {"mem", rxd::Region::Geometry::membrane, 1, {}}};
  m.species = {
      {.name = "ca", .regions = {"cyt", "er"}, .diffusion = 0.1, .initial_by_region = {"0", "1"}}};
  m.reactions = {{.name = "leak",
                  .equation = "ca[er] <> ca[cyt]",
                  .forward = "500",
                  .backward = "500",
                  .membrane = "mem"}};
  const rxd::Network network{m};
  rxd::Cable cable{network, all};
  const auto c = network.variable("ca[cyt]"), e = network.variable("ca[er]");
  const double before = test::total(cable, {c, e});
  for (int i = 0; i < 1000; ++i) cable.step(1, Scheme::sdirk2);
  BOOST_TEST(test::total(cable, {c, e}) == before, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(cable.size(e, 15) == 0);
  BOOST_TEST(cable.value(e, 15) == 1);  // untouched where its region is not
  BOOST_TEST(cable.value(c, 19) > 0.01);
}

BOOST_AUTO_TEST_CASE(sdirk2_is_second_order_and_backward_euler_first) {
  // u' = -u^2, u(0) = 1: u(t) = 1/(1 + t). Halving the step must divide the error by 4 and by 2.
  rxd::Model m = diffusion("1", 0);
  m.rates = {{.of = "u", .expression = "-u^2"}};
  const rxd::Network network{m};
  const auto error = [&](int steps, Scheme scheme) {
    rxd::Cable cable{network, test::cylinder(1, 1, 1)};
    for (int i = 0; i < steps; ++i) cable.step(2.0 / steps, scheme);
    return std::abs(cable.value(0, 0) - 1.0 / 3);
  };
  BOOST_TEST(
      std::log2(error(100, Scheme::backward_euler) / error(200, Scheme::backward_euler)) == 1,
      boost::test_tools::tolerance(0.02));
  BOOST_TEST(std::log2(error(100, Scheme::sdirk2) / error(200, Scheme::sdirk2)) == 2,
             boost::test_tools::tolerance(0.02));
}

BOOST_AUTO_TEST_CASE(rodas4_is_fourth_order) {
  rxd::Model m = diffusion("1");
  m.rates = {{.of = "u", .expression = "-u^2"}};
  const rxd::Network network{m};
  const auto error = [&](int steps) {
    rxd::Cable cable{network, test::bushy_tree()};
    for (int i = 0; i < steps; ++i)
      cable.advance(2.0 / steps, 1e9);  // nothing to refuse: one step each
    BOOST_TEST(cable.iterations() == static_cast<std::size_t>(steps));
    return std::abs(cable.value(0, 0) - 1.0 / 3);
  };
  BOOST_TEST(std::log2(error(16) / error(32)) == 4, boost::test_tools::tolerance(0.05));
}

BOOST_AUTO_TEST_CASE(adaptive_steps_keep_to_their_tolerance) {
  // u' = -u^2 + diffusion that does nothing: as above. The error of the whole follows that of a
  // step.
  rxd::Model m = diffusion("1");
  m.rates = {{.of = "u", .expression = "-u^2"}};
  const rxd::Network network{m};
  for (const double tolerance : {1e-3, 1e-5, 1e-7, 1e-9}) {
    rxd::Cable cable{network, test::bushy_tree()};
    for (int i = 0; i < 4; ++i) cable.advance(0.5, tolerance);
    double worst = 0;
    for (std::size_t s = 0; s < cable.segments(); ++s)
      worst = std::max(worst, std::abs(cable.value(0, s) - 1.0 / 3));
    BOOST_TEST(worst < tolerance);
  }
}

BOOST_AUTO_TEST_CASE(adaptive_steps_conserve_across_branch_points) {
  const rxd::Network network{diffusion("if(x < 3, 1, 0.01)")};
  rxd::Cable cable{network, test::bushy_tree()};
  const double before = cable.amount(0);
  cable.set_source(0, 7, 0.25);
  for (int i = 0; i < 100; ++i) cable.advance(10, 1e-4);
  BOOST_TEST(cable.amount(0) - before == 250, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(groups_of_species_are_solved_apart_with_the_same_result) {
  // Five species in a ring of first-order reactions are one group of 5 (the general path); a sixth
  // only follows.
  rxd::Model m;
  m.regions = {{"cyt", rxd::Region::Geometry::volume, 1, {}}};
  for (const char* name : {"a", "b", "c", "d", "e"})
    m.species.push_back({.name = name,
                         .regions = {"cyt"},
                         .diffusion = 0.2,
                         .initial = name[0] == 'a' ? "if(x < 5, 1, 0.1)" : "0"});
  m.species.push_back({.name = "f", .regions = {"cyt"}, .diffusion = 0.2, .initial = "0"});
  for (const char* step : {"a > b", "b > c", "c > d", "d > e", "e > a"})
    m.reactions.push_back({.name = step, .equation = step, .forward = "0.3"});
  m.rates = {{.of = "f", .expression = "a + b + c + d + e"}};
  const rxd::Network network{m};
  BOOST_TEST(network.group_ends() == (std::vector<std::size_t>{5, 6}));
  BOOST_TEST(network.linear());
  rxd::Cable cable{network, test::bushy_tree()};
  const auto ring = [&] {
    double sum = 0;
    for (const char* name : {"a", "b", "c", "d", "e"}) sum += cable.amount(network.variable(name));
    return sum;
  };
  const double before = ring();
  for (int i = 0; i < 100; ++i) cable.step(0.25, Scheme::backward_euler);
  BOOST_TEST(ring() == before, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(cable.amount(network.variable("f")) == 25 * before,
             boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(a_step_that_cannot_be_taken_names_the_trouble) {
  rxd::Model m = diffusion("1", 0);
  m.rates = {{.of = "u", .expression = "u^2"}};  // infinite at t = 1
  const rxd::Network network{m};
  rxd::Cable cable{network, test::cylinder(1, 1, 1)};
  BOOST_CHECK_THROW(cable.step(3000, Scheme::backward_euler), rxd::Error);
}

BOOST_AUTO_TEST_CASE(tails_of_diffusion_leave_no_subnormal_numbers) {
  const rxd::Network network{diffusion("if(x < 2, 1, 0)", 0.01)};
  for (const int scheme : {0, 1, 2}) {
    rxd::Cable cable{network, test::cylinder(1000, 1000, 1)};
    if (scheme == 0) cable.step(1, Scheme::sdirk2);
    if (scheme == 1) cable.advance(1, 1e-4);
    if (scheme == 2) cable.advance_cvode(1, 1e-4);
    for (std::size_t s = 0; s < cable.segments(); ++s)
      BOOST_TEST(std::fpclassify(cable.value(0, s)) != FP_SUBNORMAL);
  }
}

BOOST_AUTO_TEST_SUITE_END()
