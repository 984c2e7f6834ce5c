// SPDX-License-Identifier: MIT
// Travelling fronts: a bistable one with a known speed, and a calcium wave against NEURON's CVODE.
#define BOOST_TEST_MODULE rxd_wave
#include <hdf5.h>

#include <algorithm>
#include <variant>

#include "calcium_wave.hpp"
#include "solver/cable.hpp"
#include "test.hpp"

namespace {

using rxd::Scheme;

/// A data set of doubles, flattened.
std::vector<double> read_hdf5(const std::filesystem::path& path, const char* name) {
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  if (file < 0) throw std::runtime_error{"cannot read " + path.string()};
  const hid_t set = H5Dopen2(file, name, H5P_DEFAULT);
  const hid_t space = H5Dget_space(set);
  std::vector<double> values(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
  H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
  H5Sclose(space);
  H5Dclose(set);
  H5Fclose(file);
  return values;
}

/// Position where a falling profile crosses `level`, linear between nodes [um].
double front(const rxd::Cable& cable, std::size_t variable, double dx, double level) {
  for (std::size_t i = cable.segments() - 1; i > 0; --i) {
    const double here = cable.value(variable, i), before = cable.value(variable, i - 1);
    if (before >= level && here < level)
      return (static_cast<double>(i) - 0.5 + (before - level) / (before - here)) * dx;
  }
  return 0;
}

/// Speed of the front of u_t = u_xx - u (1 - u)(a - u) between 100 and 200 ms [um/ms].
double bistable_speed(double a, double dx, double dt, Scheme scheme) {
  rxd::Model m;
  m.regions = {{"cyt", rxd::Region::Geometry::volume, 1, {}}};
  m.species = {
      {.name = "u", .regions = {"cyt"}, .diffusion = 1, .initial = "if(x < 20, 1, 0)", .scale = 1}};
  m.parameters = {{"a", std::to_string(a)}};
  m.rates = {{.of = "u", .expression = "-u*(1 - u)*(a - u)"}};
  const rxd::Network network{m};
  rxd::Cable cable{network,
                   test::cylinder(static_cast<std::size_t>(std::lround(200 / dx)), 200, 1)};
  const auto steps = std::lround(100 / dt);
  for (long i = 0; i < steps; ++i) cable.step(dt, scheme);
  const double begin = front(cable, 0, dx, 0.5);
  for (long i = 0; i < steps; ++i) cable.step(dt, scheme);
  return (front(cable, 0, dx, 0.5) - begin) / (dt * static_cast<double>(steps));
}

/// Largest difference of cytosolic calcium from NEURON's at `until`, relative to NEURON's peak.
/// Steps are of length dt by a scheme, or as a tolerance wants.
double wave_error(const std::filesystem::path& reference, std::size_t nodes, double dt,
                  double until, std::variant<Scheme, double> how) {
  const auto times = read_hdf5(reference, "t");
  const auto expected = read_hdf5(reference, "ca_cyt");
  const rxd::Network network{test::calcium_wave(500)};
  rxd::Cable cable{network, test::cylinder(nodes, 1000, 1)};
  const auto c = network.variable("ca[cyt]"), e = network.variable("ca[er]");
  const double before = test::total(cable, {c, e});
  const auto at = static_cast<std::size_t>(std::ranges::find(times, until) - times.begin()) * nodes;
  const rxd::Scheme* fixed = std::get_if<Scheme>(&how);
  if (fixed == nullptr)
    cable.advance(until, std::get<double>(how));
  else
    for (long i = 0; i < std::lround(until / dt); ++i) cable.step(dt, *fixed);
  BOOST_TEST(test::total(cable, {c, e}) == before, boost::test_tools::tolerance(1e-12));
  double worst = 0, peak = 0;
  for (std::size_t i = 0; i < nodes; ++i) {
    worst = std::max(worst, std::abs(cable.value(c, i) - expected[at + i]));
    peak = std::max(peak, expected[at + i]);
  }
  BOOST_TEST_MESSAGE(nodes << " nodes, dt " << dt << ", " << until << " ms: off by " << worst / peak
                           << " of the peak, " << cable.iterations() << " Newton iterations");
  return worst / peak;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rxd_wave_suite)

BOOST_AUTO_TEST_CASE(a_bistable_front_travels_at_the_analytic_speed) {
  const double exact = std::sqrt(0.5) * (1 - 2 * 0.1);
  const auto error = [&](double dx, double dt) {
    return bistable_speed(0.1, dx, dt, Scheme::sdirk2) / exact - 1;
  };
  const double coarse = error(1, 0.1), fine = error(0.5, 0.1);
  BOOST_TEST_MESSAGE("relative error of the speed: " << coarse << " at dx 1, " << fine
                                                     << " at dx 0.5");
  BOOST_TEST(std::abs(fine) < 0.002);                                  // NEURON: -0.18 %
  BOOST_TEST(coarse / fine == 4, boost::test_tools::tolerance(0.05));  // second order in space
  const double other = std::sqrt(0.5) * (1 - 2 * 0.3);
  BOOST_TEST(std::abs(bistable_speed(0.3, 0.5, 0.1, Scheme::sdirk2) / other - 1) <
             0.004);  // NEURON: -0.37 %
}

BOOST_AUTO_TEST_CASE(a_calcium_wave_follows_neurons_cvode_at_equal_dx) {
  REQUIRE_SHARED(shared);
  const auto reference = shared / "refs/07d_cawave_B_nseg1001_cvode.h5";
  BOOST_TEST(wave_error(reference, 1001, 0.5, 1000, Scheme::sdirk2) < 1e-3);
  // Towards tolerance 0 the difference settles at 1.1e-4 with 1001 nodes and 9.2e-4 with 501: what
  // NEURON's own tolerance leaves after 5 s.
  BOOST_TEST(wave_error(reference, 1001, 0, 1000, 1e-5) < 5e-5);
  BOOST_TEST(wave_error(reference, 1001, 0, 5000, 1e-5) < 2e-4);
  BOOST_TEST(wave_error(shared / "refs/07d_cawave_B_nseg501_cvode.h5", 501, 0, 5000, 1e-6) < 1e-3);
}

BOOST_AUTO_TEST_SUITE_END()
