// SPDX-License-Identifier: MIT
// Currents as formulas of time, into cable cells and point neurons.
#include <cmath>
#include <numbers>

#include "network/network.hpp"
#include "network/point_cells.hpp"
#include "test.hpp"
#include "tutti/config/yaml.hpp"
#include "tutti/error.hpp"

using namespace cell;

namespace {

const std::string cells = R"(
space: {x: 400 um, y: 1 mm, z: 400 um}
numbers: {cycle: 125 ms}
cells:
  leaky: {model: IF_curr_exp, parameters: {v_thresh: 1000 mV}}
  ball:
    sections: {soma: {L: 20 um, diam: 20 um, nseg: 1}}
    membrane: {all: {cm: 1 uF/cm2, pas: {g: 1e-4 S/cm2, e: -65 mV}}}
  fire: {model: IntFire1}
v_init: -65 mV
dt: 0.025 ms
populations:
  points: {cell: leaky, cells: [{x: 0 um}, {x: 100 um}]}
  cables: {cell: ball, cells: [{x: 0 um}, {x: 100 um}]}
  events: {cell: fire, number: 1}
)";

Model read(const std::string& currents) {
  return read_model(tutti::config::parse_yaml(cells + "currents: {" + currents + "}\n", "test"),
                    tutti::parse_duration("0.5 ms"));
}

std::string refusal(const std::string& currents) {
  try {
    read(currents);
  } catch (const tutti::Error& e) {
    return e.what();
  }
  return "nothing was wrong";
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Voltages of the two point neurons and the two cable cells every 0.5 ms for 300 ms.
std::vector<double> voltages(const std::string& currents) {
  const auto model = read(currents);
  const Atlas atlas{model, 3};
  Network cables{atlas, 0, 1};
  PointCells points{atlas, 0, 1};
  points.connect();
  points.start();
  cables.cells().initialise();
  std::vector<double> found;
  for (int window = 1; window <= 600; ++window) {
    const auto end = tutti::time_zero + window * tutti::parse_duration("0.5 ms");
    cables.advance(end), points.advance(end);
    for (const std::uint64_t gid : {0U, 1U}) found.push_back(points.network().state(gid, 0));
    const auto v = cables.read(engine::Quantity::v);
    found.insert(found.end(), v.begin(), v.end());
  }
  return found;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(currents)

BOOST_AUTO_TEST_CASE(a_formula_of_time_does_what_the_alternating_current_does) {
  const std::string to = "to: [points, cables], start: 20 ms, stop: 250 ms, ";
  const auto ac = voltages("a: {" + to +
                           "type: ac, amplitude: 50 pA, offset: 20 pA, frequency: 8 Hz, phase: 30 "
                           "degree}");
  const auto formula =
      voltages("a: {" + to +
               "type: formula, amplitude: (20 + 50 * sin(2 * pi * (t - 20) / cycle + pi / 6)) pA}");
  BOOST_REQUIRE(ac.size() == formula.size());
  double most = 0, moved = 0;
  for (std::size_t k = 0; k < ac.size(); ++k) {
    most = std::max(most, std::abs(ac[k] - formula[k]));
    moved = std::max(moved, std::abs(ac[k] - ac[k % 4]));
  }
  BOOST_TEST(moved > 1);
  BOOST_TEST(most < 1e-11);  // [mV] the sines differ in their last bits
}

BOOST_AUTO_TEST_CASE(a_formula_of_place_gives_each_cell_a_current_of_its_own) {
  const auto model = read("a: {to: points, type: formula, amplitude: (0.1 * t + x) pA}");
  const Atlas atlas{model, 3};
  point::Injection injection{atlas.current_of(model.currents[0]), 3, 0};
  injection.add_cell(1, 0), injection.add_cell(0, 1);
  std::vector<double> sums{1, 2};
  injection.add_to(sums, 50);
  BOOST_TEST(sums[1] == 2 + 0.005, boost::test_tools::tolerance(1e-14));
  BOOST_TEST(sums[0] == 1 + 0.105, boost::test_tools::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(a_leaky_neuron_follows_a_ramp_as_its_equation_does) {
  // tau v' = -v + R I0 t: v = R I0 (t - tau (1 - exp(-t / tau))), R = tau_m / cm = 20 MOhm
  const auto v = voltages("a: {to: points, type: formula, amplitude: (0.001 * t) nA}");
  for (const std::size_t window : {100U, 300U, 600U}) {
    const double t = 0.5 * static_cast<double>(window);
    const double expected = -65 + 20 * 0.001 * (t - 20 * (1 - std::exp(-t / 20)));
    // the current of the middle holds through each step: second order, (dt / tau)^2 / 24 of it
    BOOST_TEST(std::abs(v[4 * (window - 1)] - expected) < 1e-6);
  }
}

BOOST_AUTO_TEST_CASE(mistakes_in_currents_are_told) {
  BOOST_TEST(refusal("a: {to: points, type: formula, amplitude: (t) pA}") == "nothing was wrong");
  BOOST_TEST(has(refusal("a: {to: points, type: formula, amplitude: 3 pA}"), "needs one"));
  BOOST_TEST(has(refusal("a: {to: points, type: formula}"), "needs one"));
  BOOST_TEST(
      has(refusal("a: {to: points, type: formula, amplitude: (sn(t)) pA}"), "did you mean 'sin'?"));
  BOOST_TEST(has(refusal("a: {to: points, type: formula, amplitude: (t)}"), "needs the unit"));
  BOOST_TEST(has(refusal("a: {to: points, type: formula, amplitude: (t) mV}"), "mV"));
  BOOST_TEST(has(refusal("a: {to: points, amplitude: (t) pA}"), "needs `type: formula`"));
  BOOST_TEST(has(refusal("a: {to: points, type: noise, amplitude: 3 pA}"),
                 "not for a current of type noise, which takes mean, sd, interval"));
  BOOST_TEST(has(refusal("a: {to: points, type: ac, frequency: 3 Hz, phase: 30}"),
                 "needs its unit: 30 degree"));
  BOOST_TEST(has(refusal("a: {to: events, amplitude: 3 pA}"), "take no current"));
  BOOST_CHECK_EXCEPTION(voltages("a: {to: points, type: formula, amplitude: (sqrt(30 - t)) pA}"),
                        tutti::Error, [](const auto& e) {
                          return has(e.what(), "current/a: (sqrt(30 - t)) is") &&
                                 has(e.what(), "at t = 30.01") && has(e.what(), "into cell 0");
                        });
}

BOOST_AUTO_TEST_SUITE_END()
