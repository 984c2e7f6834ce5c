// SPDX-License-Identifier: MIT
#include <cmath>
#include <numbers>

#include "spaces.hpp"
#include "test.hpp"

namespace {

using std::numbers::pi;

/// Largest difference between a space's first variable and a function of position.
template <class F>
double error(const rxd::Space& space, const rxd::Voxels& voxels, F exact) {
  double worst = 0;
  for (std::size_t v = 0; v < space.voxels(); ++v)
    worst = std::max(worst, std::abs(space.value(0, v) - exact(voxels.centre(v))));
  return worst;
}

/// Root of the mean square difference, by volume.
template <class F>
double mean_error(const rxd::Space& space, const rxd::Voxels& voxels, F exact) {
  double squares = 0, volume = 0;
  for (std::size_t v = 0; v < space.voxels(); ++v) {
    squares += voxels.volume[v] * std::pow(space.value(0, v) - exact(voxels.centre(v)), 2);
    volume += voxels.volume[v];
  }
  return std::sqrt(squares / volume);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(space)

BOOST_AUTO_TEST_CASE(a_wave_of_a_box_decays_at_its_rate_and_steps_are_of_their_order) {
  // cos(pi x / L) cos(pi y / M) cos(2 pi z / N) is a mode of the discrete box, so that the error
  // against its own rate is of time alone.
  const auto voxels = rxd::box({0, 0, 0}, {0.5, 0.4, 0.25}, {20, 25, 16});
  const rxd::Network network{test::diffusion(1, "cos(pi*x/10)*cos(pi*y/10)*cos(pi*z/2)")};
  const auto rate = [](double k, double h) { return std::pow(2 / h * std::sin(k * h / 2), 2); };
  const double decay = rate(pi / 10, 0.5) + rate(pi / 10, 0.4) + rate(pi / 2, 0.25);
  for (const auto scheme : {rxd::Scheme::backward_euler, rxd::Scheme::sdirk2}) {
    double last = 0;
    for (const int steps : {10, 20, 40}) {
      rxd::Space space{network, voxels, {}, test::whole(voxels), test::alone()};
      for (int i = 0; i < steps; ++i) space.step(0.5 / steps, scheme);
      const double e = error(space, voxels, [&](const rxd::Vec3& p) {
        return std::exp(-0.5 * decay) * std::cos(pi * p[0] / 10) * std::cos(pi * p[1] / 10) *
               std::cos(pi * p[2] / 2);
      });
      const double expected = scheme == rxd::Scheme::sdirk2 ? 2 : 1;
      if (last > 0) BOOST_TEST(std::log2(last / e) == expected, boost::test_tools::tolerance(0.1));
      last = e;
    }
    BOOST_TEST(last < (scheme == rxd::Scheme::sdirk2 ? 2e-4 : 2e-2));
  }
}

BOOST_AUTO_TEST_CASE(a_ball_empties_its_radial_mode_as_the_series_says) {
  // sin(k r)/(k r) with tan(k R) = k R has no flux at R and decays with D k^2: one term of the
  // series of a sealed ball (Crank 1975, 6.3). Cut voxels make the order in the edge less than 2
  // in the largest error, not in the mean.
  const double radius = 3, k = 4.493409457909064 / radius;
  const rxd::Network network{
      test::diffusion(1, "sin(" + std::to_string(k) + "*sqrt(x^2 + y^2 + z^2) + 1e-9)/(" +
                             std::to_string(k) + "*sqrt(x^2 + y^2 + z^2) + 1e-9)")};
  const auto mode = [&](const rxd::Vec3& p) {
    const double kr = k * std::hypot(p[0], p[1], p[2]) + 1e-9;
    return std::exp(-k * k * 0.4) * std::sin(kr) / kr;
  };
  double last = 0;
  for (const double edge : {0.6, 0.3, 0.15}) {
    const auto voxels =
        rxd::voxelise(std::vector{test::ball(radius)}, {.edge = {edge, edge, edge}});
    rxd::Space space{network, voxels, {}, test::whole(voxels), test::alone()};
    for (int i = 0; i < 100; ++i) space.step(0.004, rxd::Scheme::sdirk2);
    const double e = mean_error(space, voxels, mode);
    BOOST_TEST_MESSAGE("edge " << edge << ": " << e);
    if (last > 0) BOOST_TEST(std::log2(last / e) > 1.6);
    last = e;
  }
  BOOST_TEST(last < 1e-3);
}

BOOST_AUTO_TEST_CASE(a_cylinder_empties_its_radial_mode_as_the_series_says) {
  const double radius = 2, k = 3.8317059702075123 / radius;  // J1(k R) = 0 (Crank 1975, 5.3)
  rxd::Model model = test::diffusion(1, "0");
  const rxd::Network network{model};
  const auto mode = [&](const rxd::Vec3& p) {
    return std::cyl_bessel_j(0, k * std::hypot(p[1] - 0.1, p[2] - 0.2));
  };
  double last = 0;
  for (const double edge : {0.4, 0.2, 0.1}) {
    const auto voxels =
        rxd::voxelise(std::vector<rxd::Frustum>{{{0, 0.1, 0.2}, {3, 0.1, 0.2}, radius, radius, 0}},
                      {.edge = {edge, edge, edge}});
    rxd::Space space{network, voxels, {}, test::whole(voxels), test::alone()};
    for (std::size_t v = 0; v < space.voxels(); ++v) space.set_value(0, v, mode(voxels.centre(v)));
    for (int i = 0; i < 50; ++i) space.step(0.004, rxd::Scheme::sdirk2);
    const double e = mean_error(
        space, voxels, [&](const rxd::Vec3& p) { return std::exp(-k * k * 0.2) * mode(p); });
    BOOST_TEST_MESSAGE("edge " << edge << ": " << e);
    if (last > 0) BOOST_TEST(std::log2(last / e) > 1.5);
    last = e;
  }
  BOOST_TEST(last < 2e-3);
}

BOOST_AUTO_TEST_CASE(a_point_source_spreads_as_in_tissue_with_tortuosity) {
  // Nicholson and Phillips 1981: c = Q lambda^2 / (4 pi D alpha r) erfc(r lambda / 2 sqrt(D t)).
  const double alpha = 0.2, lambda = 1.6, constant = 0.8, rate = 3;
  rxd::Model model = test::diffusion(constant, "0");
  model.regions[0].scale = alpha;
  model.regions[0].conducting = alpha / (lambda * lambda);
  const rxd::Network network{model};
  const double stop = 40;
  double last = 0;
  for (const int parts : {1, 2}) {
    const double edge = 1.0 / parts;
    const std::uint64_t side = parts == 1 ? 41 : 81;
    const double corner = -edge * static_cast<double>(side) / 2;
    const auto voxels = rxd::box({corner, corner, corner}, {edge, edge, edge}, {side, side, side});
    rxd::Space space{network, voxels, {}, test::whole(voxels), test::alone()};
    space.set_source(0, voxels.find({0, 0, 0}), rate);
    for (int i = 0; i < 80 * parts; ++i) space.step(0.5 / parts, rxd::Scheme::sdirk2);
    double worst = 0;
    for (const double r : {4.0, 6.0, 8.0}) {
      const double exact = rate * lambda * lambda / (4 * pi * constant * alpha * r) *
                           std::erfc(r * lambda / (2 * std::sqrt(constant * stop)));
      worst = std::max(worst, std::abs(space.value(0, voxels.find({r, 0, 0})) / exact - 1));
    }
    BOOST_TEST_MESSAGE("edge " << edge << ": " << worst);
    if (last > 0) BOOST_TEST(std::log2(last / worst) > 1.7);
    last = worst;
    BOOST_TEST(space.amount(0) == rate * stop, boost::test_tools::tolerance(1e-12));
  }
  BOOST_TEST(last < 0.02);
}

BOOST_AUTO_TEST_CASE(what_spreads_unequally_along_the_axes_does_so) {
  rxd::Model model = test::diffusion(1, "exp(-(x^2 + y^2 + z^2)/2)");
  model.species[0].axes = {1, 0.5, 0.1};
  const rxd::Network network{model};
  const auto voxels = rxd::box({-12, -12, -12}, {0.5, 0.5, 0.5}, {48, 48, 48});
  rxd::Space space{network, voxels, {}, test::whole(voxels), test::alone()};
  for (int i = 0; i < 40; ++i) space.step(0.1, rxd::Scheme::sdirk2);
  for (std::size_t d = 0; d < 3; ++d) {
    double second = 0, zeroth = 0;
    for (std::size_t v = 0; v < space.voxels(); ++v) {
      second += space.value(0, v) * std::pow(voxels.centre(v)[d], 2);
      zeroth += space.value(0, v);
    }
    // The variance of a Gaussian grows by 2 D t, on a lattice too; the box cuts off less than 1e-4.
    BOOST_TEST(second / zeroth == 1 + 2 * model.species[0].axes[d] * 4,
               boost::test_tools::tolerance(1e-3));
  }
}

BOOST_AUTO_TEST_CASE(diffusion_may_be_an_expression_of_position) {
  // In a steady state between two held ends the flux is the same everywhere: u' = c / (1 + x).
  rxd::Model model = test::diffusion(1, "0");
  model.species[0].profile_by_region = {"1 + x"};
  model.boundaries = {{"low", "u", {.condition = "x < 1"}, "0"},
                      {"high", "u", {.condition = "x > 99"}, "1"}};
  const rxd::Network network{model};
  const auto voxels = rxd::box({0, 0, 0}, {1, 1, 1}, {100, 2, 2});
  rxd::Space space{network, voxels, {}, test::whole(voxels), test::alone()};
  for (int i = 0; i < 100; ++i) space.step(1000, rxd::Scheme::backward_euler);
  const double whole = std::log(100.5 / 1.5);
  // Harmonic means of neighbours integrate 1/(1 + x) by trapezia: second order in 1/(1 + x).
  for (const std::size_t v : {5U, 30U, 80U})
    BOOST_TEST(space.value(0, v) == std::log((1.5 + static_cast<double>(v)) / 1.5) / whole,
               boost::test_tools::tolerance(0.02));
}

BOOST_AUTO_TEST_CASE(a_bistable_wave_runs_at_its_speed) {
  const double a = 0.1;
  const rxd::Network network{test::bistable(1, a, "if(x < 10, 1, 0)")};
  const auto voxels = rxd::box({0, 0, 0}, {0.5, 0.5, 0.5}, {200, 3, 2});
  rxd::Space space{network, voxels, {}, test::whole(voxels), test::alone()};
  const auto front = [&] {
    std::size_t i = 0;
    while (space.value(0, i) > 0.5) ++i;
    const double u = space.value(0, i - 1), w = space.value(0, i);
    return 0.5 * (static_cast<double>(i) - 0.5 + (u - 0.5) / (u - w));
  };
  for (int i = 0; i < 1600; ++i) space.step(0.025, rxd::Scheme::sdirk2);
  const double first = front();
  for (int i = 0; i < 1600; ++i) space.step(0.025, rxd::Scheme::sdirk2);
  const double speed = (front() - first) / 40, exact = std::sqrt(0.5) * (1 - 2 * a);
  BOOST_TEST(speed == exact, boost::test_tools::tolerance(0.002));  // the bound at 0.5 um
}

BOOST_AUTO_TEST_CASE(a_buffer_in_a_crooked_shape_loses_nothing_and_a_rest_stays) {
  rxd::Model m;
  m.regions = {{"cyt", rxd::Region::Geometry::volume, 0.83},
               {"er", rxd::Region::Geometry::volume, 0.17},
               {"skin", rxd::Region::Geometry::membrane, 1}};
  m.species = {{.name = "ca",
                .regions = {"cyt", "er"},
                .diffusion = 0.22,
                .initial = "if(x > 2, 0.1, 0.01)"},
               {.name = "buffer", .regions = {"cyt"}, .diffusion = 0.05, .initial = "0.5"},
               {.name = "bound", .regions = {"cyt"}, .diffusion = 0.05, .initial = "0.1*x"}};
  m.reactions = {{.name = "binding",
                  .equation = "ca[cyt] + buffer <> bound",
                  .forward = "50",
                  .backward = "0.5"},
                 {.name = "leak",
                  .equation = "ca[er] <> ca[cyt]",
                  .forward = "4000",
                  .backward = "4000",
                  .membrane = "skin"}};
  const rxd::Network network{m};
  const auto voxels = rxd::voxelise(std::vector<rxd::Frustum>{{{0, 0, 0}, {4, 3, 2}, 1.5, 0.6, 0},
                                                              {{4, 3, 2}, {9, 3, 3}, 0.6, 0.6, 0}},
                                    {.edge = {0.2, 0.2, 0.2}});
  for (const auto scheme : {rxd::Scheme::backward_euler, rxd::Scheme::sdirk2}) {
    rxd::Space space{network, voxels, {}, test::whole(voxels), test::alone()};
    const auto calcium = [&] {
      return space.amount(network.variable("ca[cyt]")) + space.amount(network.variable("ca[er]")) +
             space.amount(network.variable("bound"));
    };
    const auto buffer = [&] {
      return space.amount(network.variable("buffer")) + space.amount(network.variable("bound"));
    };
    const double calcium_before = calcium(), buffer_before = buffer();
    for (int i = 0; i < 2000; ++i) space.step(0.1, scheme);
    BOOST_TEST(calcium() == calcium_before, boost::test_tools::tolerance(1e-12));
    BOOST_TEST(buffer() == buffer_before, boost::test_tools::tolerance(1e-12));
    BOOST_TEST(!space.negative().has_value());
  }
}

BOOST_AUTO_TEST_CASE(steps_of_its_own_meet_the_tolerance) {
  const rxd::Network network{test::bistable(1, 0.2, "exp(-(x^2 + y^2 + z^2)/8)*1.2")};
  const auto voxels = rxd::voxelise(std::vector{test::ball(5)}, {.edge = {0.5, 0.5, 0.5}});
  const auto solved = [&](auto advance) {
    rxd::Space space{network, voxels, {}, test::whole(voxels), test::alone()};
    advance(space);
    std::vector<double> values;
    for (std::size_t v = 0; v < space.voxels(); ++v) values.push_back(space.value(0, v));
    return values;
  };
  const auto exact = solved([](rxd::Space& s) {
    for (int i = 0; i < 4000; ++i) s.step(0.002, rxd::Scheme::sdirk2);
  });
  double last = 1;
  for (const double tolerance : {1e-3, 1e-5}) {
    const auto values = solved([&](rxd::Space& s) { s.advance(8, tolerance); });
    double worst = 0;
    for (std::size_t v = 0; v < values.size(); ++v)
      worst = std::max(worst, std::abs(values[v] - exact[v]));
    BOOST_TEST_MESSAGE("tolerance " << tolerance << ": " << worst);
    BOOST_TEST(worst < 30 * tolerance);  // errors of some tens of steps add up
    BOOST_TEST(worst < last);
    last = worst;
  }
}

BOOST_AUTO_TEST_SUITE_END()
