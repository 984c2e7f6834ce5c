// SPDX-License-Identifier: MIT
// What must hold of any cell: charge is conserved, and nobody notices neighbours or processors.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "engine/kernel.hpp"
#include "engine/population.hpp"
#include "model.hpp"
#include "test.hpp"

using namespace model;
namespace tt = boost::test_tools;

namespace {

/// A soma that fires, an apical fork with calcium and calcium-gated potassium channels.
CellType forked_cell() {
  auto type = make_type({{"soma", soma, 20, 20, "", 0, {}, 1, 0, 0},
                         {"trunk", apic, 200, 3, "soma", 1, {}, 9, 0, 0},
                         {"left", apic, 100, 1.5, "trunk", 1, {}, 5, 0, 0},
                         {"right", apic, 150, 1.2, "trunk", 1, {}, 7, 0, 0},
                         {"basal", dend, 120, 1, "soma", 0, {}, 5, 0, 0},
                         {"basal2", dend, 90, 1, "soma", 0, {}, 5, 0, 0}});
  const auto upper = segments_of(type.cable, apic);
  type.mechanisms = {{"hh", segments_of(type.cable, soma), {}},
                     {"pas", upper, {{"g", 0.0001}, {"e", -65}}},
                     {"pas", segments_of(type.cable, dend), {{"g", 0.0001}, {"e", -65}}},
                     {"ca_hva", upper, {{"gbar", 0.001}}},
                     {"sk", upper, {{"gbar", 0.002}}},
                     {"im", upper, {{"gbar", 0.0001}}},
                     {"ih", upper, {{"gbar", 0.0002}}}};
  return type;
}

/// Cell `which` of several: all voltages after 50 ms of its own input, bit for bit.
struct Outcome {
  std::vector<double> v, i_ca;
  std::vector<std::int64_t> spikes;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

void drive(Population& population, std::uint32_t cell, int identity) {
  const auto& cable = population.type(cell).cable;
  const auto first = population.add_synapse(
      {SynapseKind::exp, cell, cable.segment_at(2, 0.1 * (identity % 9)), 0, 2, 0});
  const auto second = population.add_synapse(
      {SynapseKind::exp2, cell, cable.segment_at(2, 0.1 * (identity % 9)), 0.5, 6, -80});
  for (int k = 0; k < 3; ++k) {
    population.deliver(first, 100 + 97 * k + identity, 0.001 * (1 + identity));
    population.deliver(second, 300 + 61 * k, 0.002);
  }
}

/// Runs the cells of these identities together and tells what became of `identity`.
Outcome outcome(const CellType& type, const std::vector<int>& together, int identity) {
  Population population{0.025, Scheme::backward_euler};
  for (std::size_t i = 0; i < together.size(); ++i) population.add_cell(type, -10, 0);
  for (std::size_t i = 0; i < together.size(); ++i) {
    const auto cell = static_cast<std::uint32_t>(i);
    const auto& cable = type.cable;
    const int at = cable.segment_at(2, 0.1 * (together[i] % 9));
    if (i % 2 == 0) population.add_synapse({SynapseKind::exp, cell, at, 0, 2, 0});
    population.add_synapse({SynapseKind::exp2, cell, at, 0.5, 6, -80});
    population.add_synapse({SynapseKind::exp, cell, at, 0, 2, 0});
    population.add_clamp({cell, 0, 2.0 + together[i], 30, 0.2 + 0.05 * together[i]});
  }
  population.initialise();
  for (std::size_t i = 0; i < together.size(); ++i)
    drive(population, static_cast<std::uint32_t>(i), together[i]);
  std::vector<Firing> firings;
  population.begin_mean();
  population.advance(2000, firings);
  const auto place =
      static_cast<std::uint32_t>(std::ranges::find(together, identity) - together.begin());
  Outcome result;
  result.v.resize(type.cable.segments.size());
  result.i_ca = result.v;
  population.read(Quantity::v, place, result.v);
  population.read(Quantity::i_ca, place, result.i_ca);
  for (const auto& f : firings)
    if (f.cell == place) result.spikes.push_back(f.step);
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cable_solver)

BOOST_AUTO_TEST_CASE(a_cell_is_the_same_in_any_lane_and_company) {
  const auto type = forked_cell();
  const auto alone = outcome(type, {3}, 3);
  BOOST_TEST(!alone.spikes.empty());
  BOOST_TEST((outcome(type, {0, 1, 2, 3, 4}, 3) == alone));
  BOOST_TEST((outcome(type, {8, 7, 6, 5, 4, 2, 1, 0, 12, 11, 10, 3}, 3) == alone));
}

BOOST_AUTO_TEST_CASE(instruction_sets_differ_by_rounding_and_the_wide_ones_not_at_all) {
  const auto type = forked_cell();
  const auto with = [&](const char* isa) {
    ::setenv("TUTTI_ISA", isa, 1);
    const auto result = outcome(type, {0, 1, 2}, 2);
    ::unsetenv("TUTTI_ISA");
    return result;
  };
  const auto baseline = with("baseline"), avx2 = with("avx2"), avx512 = with("avx512");
  BOOST_TEST_MESSAGE("best here: " << best_kernel().name);
  BOOST_TEST((baseline.spikes == avx512.spikes));
  if (best_instructions() == Instructions::avx512) BOOST_TEST((avx2 == avx512));
  // the baseline rounds products before it adds: a part in 1e16 of some hundred mV at each of 2000
  // steps, which upstrokes stretch a thousandfold and rest forgets
  double most = 0;
  for (std::size_t k = 0; k < avx512.v.size(); ++k)
    most = std::max(most, std::abs(baseline.v[k] - avx512.v[k]));
  BOOST_TEST(most < 1e-9);
  BOOST_TEST_MESSAGE("baseline differs by " << most << " mV");
}

BOOST_AUTO_TEST_CASE(membrane_currents_of_a_cell_add_up_to_its_electrodes) {
  const auto type = forked_cell();
  for (const auto scheme : {Scheme::backward_euler, Scheme::crank_nicolson}) {
    Population population{0.025, scheme};
    population.add_cell(type, -10, 0);
    const auto synapse =
        population.add_synapse({SynapseKind::exp, 0, type.cable.segment_at(2, 0.5), 0, 2, 0});
    population.add_clamp({0, 3, 5, 20, 0.3});
    population.initialise();
    population.deliver(synapse, 100, 0.01);
    std::vector<Firing> firings;
    std::vector<double> i(type.cable.segments.size());
    double most = 0, largest = 0;
    for (int step = 0; step < 2000; ++step) {
      population.advance(1, firings);
      population.read(Quantity::i_membrane, 0, i);
      double sum = -population.electrode_current(0);
      for (const double x : i) sum += x, largest = std::max(largest, std::abs(x));
      most = std::max(most, std::abs(sum));
    }
    BOOST_TEST(largest > 0.1);
    // some forty products of conductances up to 1 uS with voltages that are good to 1e-12 mV
    BOOST_TEST(most < 1e-10);
  }
}

BOOST_AUTO_TEST_CASE(initialise_begins_again_from_rest) {
  const auto type = forked_cell();
  Population population{0.025, Scheme::backward_euler};
  population.add_cell(type, -10, 0);
  population.add_clamp({0, 0, 1, 10, 0.5});
  population.initialise();
  const auto synapse = population.add_synapse({SynapseKind::exp, 0, 5, 0, 2, 0});
  std::vector<std::vector<double>> runs;
  for (int again = 0; again < 2; ++again) {
    population.initialise();
    population.deliver(synapse, 10, 0.005);
    std::vector<Firing> firings;
    population.advance(800, firings);
    runs.push_back(voltages(population, {0, 5, 9}));
  }
  BOOST_TEST(runs[0] == runs[1], tt::per_element());
}

BOOST_AUTO_TEST_CASE(mean_calcium_current_does_not_depend_on_how_steps_are_grouped) {
  const auto type = forked_cell();
  auto charge = [&](std::int64_t steps_per_mean) {
    Population population{0.025, Scheme::backward_euler};
    population.add_cell(type, -10, 0);
    population.add_clamp({0, 0, 1, 40, 0.5});
    population.initialise();
    std::vector<Firing> firings;
    std::vector<double> i(type.cable.segments.size());
    double sum = 0;
    for (std::int64_t done = 0; done < 1600; done += steps_per_mean) {
      population.begin_mean();
      population.advance(steps_per_mean, firings);
      population.read(Quantity::i_ca, 0, i);
      for (const double x : i) sum += x * static_cast<double>(steps_per_mean) * 0.025;  // [pC]
    }
    return sum;
  };
  const double each = charge(1);
  BOOST_TEST(each < 0);  // inward
  BOOST_TEST(charge(4) == each, tt::tolerance(1e-12));
  BOOST_TEST(charge(1600) == each, tt::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(calcium_opens_sk_channels_where_it_is_set) {
  const auto type = forked_cell();
  auto rest = [&](double cai) {
    Population population{0.025, Scheme::backward_euler};
    population.add_cell(type, -10, 0);
    population.initialise();
    for (const int s : segments_of(type.cable, apic)) population.set_cai(0, s, cai);
    std::vector<Firing> firings;
    population.advance(4000, firings);
    return voltages(population, {type.cable.segment_at(3, 1)}).front();
  };
  const double without = rest(5e-5), half = rest(0.00043), full = rest(0.01);
  BOOST_TEST(half < without - 1);
  BOOST_TEST(full < half - 1);
  BOOST_TEST(full > -77);  // E_K is the end
}

BOOST_AUTO_TEST_CASE(vector_exponential_is_exact_to_two_units_in_the_last_place) {
  std::vector<double> x, y(8);
  for (int k = 0; k < 200000; ++k) x.push_back(-708 + 1416.0 * k / 200000 + 1e-3 * std::sin(k));
  for (const auto* kernel : {&baseline_kernel, &best_kernel()}) {
    std::vector<double> result(x.size());
    kernel->exponential(x.data(), result.data(), x.size());
    double most = 0;
    for (std::size_t k = 0; k < x.size(); ++k) {
      const long double exact = std::exp(static_cast<long double>(std::clamp(x[k], -708.0, 708.0)));
      most = std::max(
          most, static_cast<double>(std::abs(static_cast<long double>(result[k]) / exact - 1)));
    }
    BOOST_TEST(most < 4.5e-16);
  }
}

BOOST_AUTO_TEST_SUITE_END()
