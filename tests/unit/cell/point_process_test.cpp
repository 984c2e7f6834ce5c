// SPDX-License-Identifier: MIT
// Synapses, clamps, noise and gap junctions against closed solutions and NEURON.
#include <algorithm>
#include <cmath>

#include "engine/population.hpp"
#include "model.hpp"
#include "test.hpp"

using namespace model;
namespace tt = boost::test_tools;

namespace {

/// One compartment of area 100 pi um2 with a leak of 1e-4 S/cm2: 1 ms or so is short beside 10 ms.
CellType passive_ball(double g = 1e-4) {
  auto type = make_type({{"soma", soma, 10, 10, "", 0, {}, 1, 0, 0}});
  type.mechanisms = {{"pas", {0}, {{"g", g}, {"e", -70}}}};
  type.v_init = -70;
  return type;
}

double v_of(const Population& population, std::uint32_t cell = 0) {
  double v = 0;
  population.read(Quantity::v, cell, {&v, 1});
  return v;
}

constexpr double area_cm2 = 3.14159265358979 * 10 * 10 * 1e-8;

/// The conductance [uS] of a synapse over time, out of what it does to a cell that is clamped hard
/// in nothing but its own capacity: C dv/dt = -g_leak (v - E) - g (v - e), centred differences.
std::vector<double> conductance(const Synapse& synapse, double dt_ms, double stop_ms) {
  const auto type = passive_ball();
  Population population{dt_ms, Scheme::crank_nicolson};
  population.add_cell(type, 1000, 0);
  const auto number = population.add_synapse(synapse);
  population.initialise();
  population.deliver(number, 0, 1e-5);
  std::vector<Firing> firings;
  std::vector<double> v{v_of(population)}, g;
  while (static_cast<double>(population.steps_done()) * dt_ms < stop_ms) {
    population.advance(1, firings);
    v.push_back(v_of(population));
  }
  for (std::size_t k = 1; k < v.size(); ++k) {
    const double middle = 0.5 * (v[k] + v[k - 1]);
    const double into = area_cm2 * 1e3 * (v[k] - v[k - 1]) / dt_ms +  // [nA], 1 uF/cm2
                        1e-4 * area_cm2 * 1e6 * (middle + 70);
    g.push_back(-into / (middle - synapse.e_mV));
  }
  return g;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(point_processes)

BOOST_AUTO_TEST_CASE(an_alpha_synapse_peaks_at_its_weight_after_tau) {
  constexpr double dt = 0.01, tau = 2;
  const auto g = conductance({SynapseKind::alpha, 0, 0, 0, tau, 0}, dt, 12);
  double worst = 0;
  for (std::size_t k = 0; k < g.size(); ++k) {
    const double t = static_cast<double>(k) * dt;  // a conductance holds from where it was reached
    worst = std::max(worst, std::abs(g[k] - 1e-5 * t / tau * std::exp(1 - t / tau)));
  }
  BOOST_TEST(worst < 1e-12);  // [uS], 1e-7 of the peak: what differences of v leave of 1e-13 mV
  BOOST_TEST(*std::ranges::max_element(g) == 1e-5, tt::tolerance(1e-4));
}

BOOST_AUTO_TEST_CASE(magnesium_blocks_nmda_as_jahr_and_stevens_measured) {
  // a cell held through 1 kOhm carries the synapse's current across the clamp, g B(v) (v - e)
  const auto type = passive_ball();
  for (const double magnesium : {0.0, 0.5, 1.0})
    for (const double hold : {-90.0, -60.0, -30.0, 20.0}) {
      Population population{0.025, Scheme::backward_euler};
      population.add_cell(type, 1000, 0);
      Synapse nmda{SynapseKind::nmda, 0, 0, 2, 1e6, 0};
      nmda.magnesium_mM = magnesium;
      const auto number = population.add_synapse(nmda);
      population.add_voltage_clamp({0, 0, 0.001, {{1e6, hold}}});
      population.initialise();
      population.deliver(number, 40, 1e-3);
      std::vector<Firing> firings;
      population.advance(40, firings);
      const double before = population.electrode_current(0);
      population.advance(1200, firings);  // 30 ms: risen, not yet fallen
      const double current = population.electrode_current(0) - before;
      const double open = 1 / (1 + std::exp(-0.062 * hold) * magnesium / 3.57);
      // 1e-4 for the rise, which is 15 time constants old, and for the fall over 30 ms of 1e6
      BOOST_TEST(current == 1e-3 * open * hold, tt::tolerance(1e-4));
      BOOST_TEST(v_of(population) == hold, tt::tolerance(1e-5));
    }
}

BOOST_AUTO_TEST_CASE(a_voltage_clamp_steps_through_its_levels_and_lets_go) {
  const auto type = hh_cell();
  Population population{0.025, Scheme::backward_euler};
  population.add_cell(type, 0, 0);
  population.add_voltage_clamp({0, 0, 0.01, {{5, -70}, {10, 0}, {5, -65}}});
  population.initialise();
  std::vector<Firing> firings;
  const auto v_after = [&](std::int64_t steps) {
    population.advance(steps, firings);
    return v_of(population);
  };
  BOOST_TEST(v_after(200) == -70, tt::tolerance(1e-3));
  // 0 mV through 10 kOhm: off by what its current of some 20 nA drops there
  BOOST_TEST(std::abs(v_after(400)) < 0.3);
  BOOST_TEST(v_after(200) == -65, tt::tolerance(1e-3));
  BOOST_TEST(population.electrode_current(0) != 0);
  population.advance(10, firings);
  BOOST_TEST(population.electrode_current(0) == 0);
}

BOOST_AUTO_TEST_CASE(noise_has_its_mean_spread_and_correlation_and_hangs_on_its_seed) {
  // a leak so strong that v follows the current: v + 70 = I/g
  constexpr double g_uS = 1e-1 * area_cm2 * 1e6, dt = 0.025;
  const auto type = passive_ball(1e-1);
  const auto trace = [&](std::uint64_t seed, std::uint64_t element) {
    Population population{dt, Scheme::backward_euler};
    population.add_cell(type, 1000, 0);
    population.add_noise({0, 0, 0, 1e9, 0.05, 0.02, 5, seed, 3, element});
    population.initialise();
    std::vector<Firing> firings;
    std::vector<double> current;
    for (int k = 0; k < 200000; ++k) {
      population.advance(1, firings);
      current.push_back((v_of(population) + 70) * g_uS);
    }
    return current;
  };
  const auto current = trace(1, 7);
  double mean = 0, square = 0, product = 0;
  constexpr std::size_t lag = 200;  // 5 ms
  for (const double i : current) mean += i / static_cast<double>(current.size());
  for (std::size_t k = 0; k + lag < current.size(); ++k) {
    square += (current[k] - mean) * (current[k] - mean);
    product += (current[k] - mean) * (current[k + lag] - mean);
  }
  // 1000 correlation times: mean to 0.02 sqrt(2/1000) = 9e-4, variance to sqrt(2/1000); 4 of each
  BOOST_TEST(std::abs(mean - 0.05) < 4e-3);
  BOOST_TEST(square / static_cast<double>(current.size() - lag) == 4e-4, tt::tolerance(0.18));
  BOOST_TEST(std::abs(product / square - std::exp(-1.0)) < 0.15);
  BOOST_TEST((trace(1, 7) == current));
  BOOST_TEST((trace(1, 8) != current));
  BOOST_TEST((trace(2, 7) != current));
}

BOOST_AUTO_TEST_SUITE_END()
