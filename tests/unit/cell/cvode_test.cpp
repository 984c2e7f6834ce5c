// SPDX-License-Identifier: MIT
// Steps of a cell's own: spike times against NEURON's CVODE at its finest, and how fixed steps
// approach them.
#include <algorithm>
#include <cmath>

#include "engine/population.hpp"
#include "model.hpp"
#include "test.hpp"

using namespace model;

namespace {

/// Reference 01, one compartment with hh and a current: the four equations by an explicit method of
/// order 8 at 1e-12 (Dormand and Prince's, as SciPy has it).
const std::vector<double> hh_truth{6.14850589, 17.62260492, 28.57588422, 39.49161467, 50.40271397};
/// NEURON's CVODE at 1e-10. It reports the end of the step in which the threshold was crossed, so
/// its times are later by up to its step.
const std::vector<double> hh_neuron{6.149159, 17.622771, 28.576846, 39.493038, 50.403158};
/// Reference 02, 101 compartments; NEURON's CVODE at 1e-9, likewise.
const std::vector<double> stick_neuron{31.204815, 48.133430, 61.144971};
constexpr double neurons_step_ms = 2.5e-3;
const std::vector<std::pair<double, double>> stick_events{{10, .002}, {20.0125, .002}, {30, .02},
                                                          {45, .002}, {46.003, .002},  {46.5, .002},
                                                          {60, .03},  {62, .03}};

std::vector<double> hh_spikes(double dt_ms, Scheme scheme, double tolerance = 1e-7) {
  const auto type = hh_cell();
  Population population{dt_ms, scheme};
  population.use_tolerance(tolerance);
  population.add_cell(type, 0, 0);
  population.add_clamp({0, 0, 5, 50, 0.3});
  population.initialise();
  std::vector<Firing> firings;
  population.advance(std::llround(80 / dt_ms), firings);
  std::vector<double> times;
  for (const auto& f : firings) times.push_back(f.time_ms);
  return times;
}

std::vector<double> stick_spikes(double dt_ms, Scheme scheme, double tolerance, double window_ms) {
  const auto type = ball_and_stick(101);
  Population population{dt_ms, scheme};
  population.use_tolerance(tolerance);
  population.add_cell(type, -10, 0);
  const auto synapse =
      population.add_synapse({SynapseKind::exp, 0, type.cable.segment_at(1, 0.5), 0, 2, 0});
  population.initialise();
  std::vector<Firing> firings;
  std::size_t next = 0;
  for (double t = 0; t < 80; t += window_ms) {  // events become known a window ahead, as in a run
    for (; next < stick_events.size() && stick_events[next].first < t + window_ms; ++next)
      population.deliver_at(synapse, stick_events[next].first, stick_events[next].second);
    population.advance(std::llround(window_ms / dt_ms), firings);
  }
  std::vector<double> times;
  for (const auto& f : firings) times.push_back(f.time_ms);
  return times;
}

double worst(const std::vector<double>& times, const std::vector<double>& truth) {
  BOOST_REQUIRE(times.size() == truth.size());
  double most = 0;
  for (std::size_t k = 0; k < truth.size(); ++k)
    most = std::max(most, std::abs(times[k] - truth[k]));
  return most;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cvode)

BOOST_AUTO_TEST_CASE(the_default_tolerance_is_true_to_a_tenth_of_a_microsecond) {
  BOOST_TEST(worst(hh_spikes(0.025, Scheme::cvode, 1e-5), hh_truth) < 1e-4);
}

BOOST_AUTO_TEST_CASE(spikes_of_one_compartment_are_true_to_a_tenth_of_a_microsecond) {
  const auto times = hh_spikes(0.025, Scheme::cvode);
  BOOST_TEST(worst(times, hh_truth) < 1e-4);
  for (std::size_t k = 0; k < times.size(); ++k)
    BOOST_TEST((hh_neuron[k] > times[k] && hh_neuron[k] < times[k] + neurons_step_ms));
}

BOOST_AUTO_TEST_CASE(events_act_at_their_exact_times_whatever_the_window) {
  const auto fine = stick_spikes(0.025, Scheme::cvode, 1e-8, 1);
  BOOST_TEST(worst(stick_spikes(0.025, Scheme::cvode, 1e-6, 1), fine) < 1e-4);
  BOOST_TEST(worst(stick_spikes(0.025, Scheme::cvode, 1e-6, 0.1), fine) < 1e-4);
  for (std::size_t k = 0; k < fine.size(); ++k)
    BOOST_TEST((stick_neuron[k] > fine[k] && stick_neuron[k] < fine[k] + neurons_step_ms));
}

BOOST_AUTO_TEST_CASE(tighter_tolerances_come_nearer) {
  const double loose = worst(hh_spikes(0.025, Scheme::cvode, 1e-3), hh_truth);
  const double tight = worst(hh_spikes(0.025, Scheme::cvode, 1e-5), hh_truth);
  BOOST_TEST(loose < 0.1);
  BOOST_TEST(tight < loose / 5);
}

BOOST_AUTO_TEST_CASE(fixed_steps_approach_the_truth_with_their_order) {
  // errors of interpolated spike times: halving the step halves or quarters them
  const auto ladder = [](Scheme scheme) {
    std::vector<double> errors;
    for (const double dt : {0.02, 0.01, 0.005})
      errors.push_back(worst(hh_spikes(dt, scheme), hh_truth));
    return errors;
  };
  const auto euler = ladder(Scheme::backward_euler), nicolson = ladder(Scheme::crank_nicolson);
  for (std::size_t k = 1; k < 3; ++k) {
    BOOST_TEST_MESSAGE("errors [ms] " << euler[k] << " " << nicolson[k]);
    BOOST_TEST(std::abs(std::log2(euler[k - 1] / euler[k]) - 1) < 0.25);
    BOOST_TEST(std::abs(std::log2(nicolson[k - 1] / nicolson[k]) - 2) < 0.5);
  }
}

BOOST_AUTO_TEST_CASE(channels_and_calcium_agree_with_small_fixed_steps) {
  auto type = make_type(
      {{"soma", soma, 20, 20, "", 0, {}, 1, 0, 0}, {"dend", dend, 100, 2, "soma", 1, {}, 5, 0, 0}});
  type.mechanisms = {{"hh", {0}, {}},
                     {"ca_hva", {0}, {{"gbar", 1e-3}}},
                     {"ca_dynamics", {0}, {}},
                     {"sk", {0}, {{"gbar", 1e-3}}},
                     {"pas", segments_of(type.cable, dend), {{"g", 1e-4}, {"e", -65}}}};
  const auto run = [&](Scheme scheme, double dt) {
    Population population{dt, scheme};
    population.use_tolerance(1e-6);
    population.add_cell(type, 0, 0);
    population.add_clamp({0, 0, 2, 30, 0.4});
    const auto synapse = population.add_synapse({SynapseKind::alpha, 0, 5, 0, 2, 0});
    const auto slow = population.add_synapse({SynapseKind::nmda, 0, 4, 2, 30, 0});
    population.initialise();
    population.deliver_at(synapse, 4, 0.001);
    population.deliver_at(slow, 8, 0.0005);
    std::vector<Firing> firings;
    population.advance(std::llround(40 / dt), firings);
    std::vector<double> v(6), cai(6);
    population.read(Quantity::v, 0, v);
    population.read(Quantity::cai, 0, cai);
    return std::pair{firings, std::vector{v[0], v[5], 1e4 * cai[0]}};
  };
  const auto [own, at_end] = run(Scheme::cvode, 0.1);
  const auto [fixed, small] = run(Scheme::crank_nicolson, 0.001);
  BOOST_REQUIRE(own.size() == fixed.size());
  BOOST_TEST(!own.empty());
  // calcium follows with a lag of a step in the fixed scheme: first order in 1 us
  for (std::size_t k = 0; k < own.size(); ++k)
    BOOST_TEST(std::abs(own[k].time_ms - fixed[k].time_ms) < 5e-3);
  for (std::size_t k = 0; k < small.size(); ++k) BOOST_TEST(std::abs(at_end[k] - small[k]) < 2e-2);
}

BOOST_AUTO_TEST_SUITE_END()
