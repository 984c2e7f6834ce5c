// SPDX-License-Identifier: MIT
// Against analytic solutions, a converged integration, and NEURON 8.2.2's rxd on the same models.
#define BOOST_TEST_MODULE rxd_reference
#include "cables.hpp"
#include "solver/cable.hpp"
#include "test.hpp"

namespace {

using rxd::Scheme;

rxd::Model one_species(const std::string& initial) {
  rxd::Model m;
  m.regions = {{"cyt", rxd::Region::Geometry::volume, 1, {}}};
  m.species = {{.name = "u", .regions = {"cyt"}, .diffusion = 1, .initial = initial, .scale = 1}};
  return m;
}

rxd::Model buffering(const std::string& ca, const std::string& buf, const std::string& kf,
                     const std::string& kb) {
  rxd::Model m;
  m.regions = {{"cyt", rxd::Region::Geometry::volume, 1, {}}};
  m.species = {{.name = "ca", .regions = {"cyt"}, .initial = ca},
               {.name = "buf", .regions = {"cyt"}, .initial = buf},
               {.name = "cabuf", .regions = {"cyt"}, .initial = "0"}};
  m.reactions = {
      {.name = "binding", .equation = "2 ca + buf <> cabuf", .forward = kf, .backward = kb}};
  return m;
}

/// Largest difference of ca at the times of a reference, relative to its largest value.
double buffer_error(const rxd::Model& model,
                    const std::map<std::string, std::vector<double>>& reference,
                    const std::string& column, double dt, Scheme scheme) {
  const rxd::Network network{model};
  rxd::Cable cable{network, test::cylinder(1, 10, 10)};
  const auto ca = network.variable("ca");
  const auto& times = reference.at("t_ms");
  const auto& expected = reference.at(column);
  double worst = 0;
  long steps = 0;
  for (std::size_t k = 0; k < times.size(); ++k) {
    for (const long until = std::lround(times[k] / dt); steps < until; ++steps)
      cable.step(dt, scheme);
    worst = std::max(worst, std::abs(cable.value(ca, 0) - expected[k]));
  }
  return worst / expected.front();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rxd_reference_suite)

BOOST_AUTO_TEST_CASE(a_buffer_follows_neuron_step_for_step_and_converges_at_its_order) {
  REQUIRE_SHARED(shared);
  const auto unit = test::read_columns(shared / "refs/07a_buffer_unit.csv");
  const auto unit_model = buffering("1", "0.8", "1", "0.5");
  // NEURON linearises each backward Euler step once where we iterate to the end: both are first
  // order, so they differ by a part of their own error (7.3e-3 and 2.9e-4) that shrinks with the
  // step.
  BOOST_TEST(buffer_error(unit_model, unit, "ca_be_dt0.025", 0.025, Scheme::backward_euler) < 4e-4);
  BOOST_TEST(buffer_error(unit_model, unit, "ca_be_dt0.001", 0.001, Scheme::backward_euler) <
             4e-4 / 25);
  const auto physio = test::read_columns(shared / "refs/07a_buffer_physio.csv");
  const auto physio_model = buffering("1e-3", "0.1", "1e4", "0.02");
  BOOST_TEST(buffer_error(physio_model, physio, "ca_be_dt0.025", 0.025, Scheme::backward_euler) <
             4e-4);
  BOOST_TEST(buffer_error(physio_model, physio, "ca_be_dt0.001", 0.001, Scheme::backward_euler) <
             4e-4 / 25);
  // The integration to 1e-12, which the twelve printed digits hold to.
  BOOST_TEST(buffer_error(physio_model, physio, "ca_exact", 0.001, Scheme::sdirk2) < 1e-6);

  const auto error = [&](double dt, Scheme scheme) {
    return buffer_error(unit_model, unit, "ca_exact", dt, scheme);
  };
  BOOST_TEST(
      std::log2(error(0.025, Scheme::backward_euler) / error(0.0125, Scheme::backward_euler)) == 1,
      boost::test_tools::tolerance(0.05));
  BOOST_TEST(std::log2(error(0.025, Scheme::sdirk2) / error(0.0125, Scheme::sdirk2)) == 2,
             boost::test_tools::tolerance(0.05));
  // NEURON's best here: 7.3e-3 at 0.025 ms and 2.9e-4 at 0.001 ms.
  BOOST_TEST(error(0.025, Scheme::sdirk2) < 1e-4);
}

BOOST_AUTO_TEST_CASE(a_gaussian_spreads_as_the_heat_kernel_says) {
  const rxd::Network network{one_species("exp(-(x - 50)^2/(2*2^2))")};
  const auto worst_at = [&](std::size_t nodes, double dt, double until, Scheme scheme) {
    rxd::Cable cable{network, test::cylinder(nodes, 100, 1)};
    const double before = cable.amount(0);
    for (long i = 0; i < std::lround(until / dt); ++i) cable.step(dt, scheme);
    BOOST_TEST(cable.amount(0) == before, boost::test_tools::tolerance(1e-12));
    double worst = 0;
    const double variance = 4 + 2 * until;
    for (std::size_t i = 0; i < nodes; ++i) {
      const double x = (static_cast<double>(i) + 0.5) * 100 / static_cast<double>(nodes) - 50;
      const double exact = std::sqrt(4 / variance) * std::exp(-x * x / (2 * variance));
      worst = std::max(worst, std::abs(cable.value(0, i) - exact));
    }
    return worst;
  };
  // NEURON's backward Euler is 5.45e-4 off at 5 ms with dt 0.025; ours is the same scheme.
  BOOST_TEST(worst_at(1001, 0.025, 5, Scheme::backward_euler) == 5.4525e-4,
             boost::test_tools::tolerance(0.01));
  // What is left is that of space: t dx^2 u''''/12 at the peak, 0.53 × 3/14^2 × 5 × 0.1^2/12
  // = 3.4e-5.
  BOOST_TEST(worst_at(1001, 0.025, 5, Scheme::sdirk2) < 3.5e-5);
  const double ratio =
      worst_at(201, 0.01, 5, Scheme::sdirk2) / worst_at(401, 0.01, 5, Scheme::sdirk2);
  BOOST_TEST(std::log2(ratio) == 2, boost::test_tools::tolerance(0.05));  // second order in dx
}

BOOST_AUTO_TEST_CASE(a_gaussian_matches_neuron_node_by_node) {
  REQUIRE_SHARED(shared);
  for (const double dt : {0.1, 0.025}) {
    const auto reference = test::read_columns(
        shared / (dt == 0.1 ? "refs/07b_diffusion_dt0.1.csv" : "refs/07b_diffusion_dt0.025.csv"));
    const rxd::Network network{one_species("exp(-(x - 50)^2/(2*2^2))")};
    rxd::Cable cable{network, test::cylinder(1001, 100, 1)};
    for (long i = 0; i < std::lround(20 / dt); ++i) cable.step(dt, Scheme::backward_euler);
    double worst = 0;
    for (std::size_t i = 0; i < 1001; ++i)
      worst = std::max(worst, std::abs(cable.value(0, i) - reference.at("u_t20")[i]));
    BOOST_TEST(worst < 1e-9);  // same scheme; nine printed digits
  }
}

BOOST_AUTO_TEST_CASE(a_y_branch_with_unequal_diameters_matches_neuron_and_conserves) {
  REQUIRE_SHARED(shared);
  const auto reference = test::read_columns(shared / "refs/07Y_branch.csv");
  std::vector<rxd::Segment> y;
  const auto end = test::add_cylinder(y, 51, 50, 2);
  const std::size_t first_thin = y.size();
  test::add_cylinder(y, 41, 40, 1, end);
  const std::size_t first_thick = y.size();
  test::add_cylinder(y, 61, 60, 1.5, end);
  const std::size_t first[] = {0, first_thin, first_thick};
  std::vector<std::size_t> row_of(
      y.size());  // rows of the reference go by section, in an order of its own
  std::size_t seen[] = {0, 0, 0};
  for (std::size_t row = 0; row < y.size(); ++row) {
    const auto section = static_cast<std::size_t>(reference.at("sec")[row]);
    row_of[first[section] + seen[section]++] = row;
  }
  const rxd::Network network{one_species("0")};
  rxd::Cable cable{network, y};
  for (std::size_t i = 0; i < y.size(); ++i) {
    cable.set_value(0, i, reference.at("u_t0")[row_of[i]]);
    BOOST_TEST(cable.size(0, i) == reference.at("volume_um3")[row_of[i]],
               boost::test_tools::tolerance(1e-9));
  }
  const double before = cable.amount(0);
  long steps = 0;
  for (const auto& [column, until] :
       {std::pair{"u_t20", 20.0}, std::pair{"u_t100", 100.0}, std::pair{"u_t200", 200.0}}) {
    for (; steps < std::lround(until / 0.025); ++steps) cable.step(0.025, Scheme::backward_euler);
    double worst = 0;
    for (std::size_t i = 0; i < y.size(); ++i)
      worst = std::max(worst, std::abs(cable.value(0, i) - reference.at(column)[row_of[i]]));
    BOOST_TEST_MESSAGE(column << " differs by at most " << worst);
    BOOST_TEST(worst < 1e-9);  // same scheme; ten printed digits
  }
  BOOST_TEST(cable.amount(0) == before, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_SUITE_END()
