// SPDX-License-Identifier: MIT
#include "signal_recipe.hpp"

#include <cmath>
#include <numbers>

#include "sonata/report_writer.hpp"
#include "test.hpp"

using namespace player;
using tutti::parse_duration;

namespace {

std::vector<double> play(const SignalRecipe& recipe, Duration step, std::size_t samples,
                         int rank = 0, int ranks = 1) {
  SignalPlayer player{recipe, 3, 4, share_of(recipe.number, rank, ranks), step};
  std::vector<double> all;
  for (std::size_t k = 0; k < samples; ++k) {
    const auto& sample = player.next();
    all.insert(all.end(), sample.begin(), sample.end());
  }
  return all;
}

SignalRecipe recipe(std::uint64_t number, auto shape) {
  SignalRecipe result;
  result.port = "drive", result.unit = "nA", result.number = number, result.shape = shape;
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(player_signals)

BOOST_AUTO_TEST_CASE(a_sine_has_its_amplitude_phase_and_shift) {
  const auto values = play(recipe(2, Sine{1, 2, 10, 0.125, 0.25}), parse_duration("1 ms"), 1000);
  for (std::size_t k = 0; k < 1000; ++k)
    for (std::size_t i = 0; i < 2; ++i) {
      const double angle = 2 * std::numbers::pi *
                           (0.01 * static_cast<double>(k) + 0.125 + 0.25 * static_cast<double>(i));
      // Both round the angle, of up to 63, to about 1e-14.
      BOOST_TEST(std::abs(values[2 * k + i] - (1 + 2 * std::sin(angle))) < 1e-12);
    }
}

BOOST_AUTO_TEST_CASE(noise_has_its_mean_deviation_and_correlation) {
  constexpr std::size_t n = 200'000;
  for (const double tau_ms : {0.0, 5.0}) {
    const Duration tau = tutti::from_ms(tau_ms);
    const auto x = play(recipe(1, Noise{2, 3, tau}), parse_duration("1 ms"), n);
    double mean = 0, square = 0, product = 0;
    for (const double value : x) mean += value / n;
    for (std::size_t k = 0; k + 1 < n; ++k) {
      square += (x[k] - mean) * (x[k] - mean) / n;
      product += (x[k] - mean) * (x[k + 1] - mean) / n;
    }
    const double keep = tau_ms > 0 ? std::exp(-1 / tau_ms) : 0;
    // Effective samples are n (1-keep)/(1+keep), 20,000 here: errors of five standard deviations.
    const double relative = 5 / std::sqrt(n * (1 - keep) / (1 + keep));
    BOOST_TEST(std::abs(mean - 2) < 3 * relative);
    BOOST_TEST(std::abs(square / 9 - 1) < 2 * relative);
    BOOST_TEST(std::abs(product / square - keep) < relative);
  }
}

BOOST_AUTO_TEST_CASE(signals_do_not_depend_on_ranks) {
  const auto noise = recipe(5, Noise{0, 1, parse_duration("5 ms")});
  const auto whole = play(noise, parse_duration("1 ms"), 50);
  for (int rank = 0; rank < 3; ++rank) {
    const auto share = share_of(5, rank, 3);
    const auto part = play(noise, parse_duration("1 ms"), 50, rank, 3);
    for (std::size_t k = 0; k < 50; ++k)
      for (std::uint64_t i = 0; i < share.count; ++i)
        BOOST_TEST(part[k * share.count + i] == whole[k * 5 + share.first + i]);
  }
}

BOOST_AUTO_TEST_CASE(a_step_comes_at_its_instant_and_a_mean_is_0_at_0) {
  auto step = recipe(1, Step{1, 5, tutti::time_zero + parse_duration("2 ms")});
  const auto per_element = boost::test_tools::per_element();
  BOOST_TEST(play(step, parse_duration("1 ms"), 4) == (std::vector<double>{1, 1, 5, 5}),
             per_element);
  step.mean = true;
  BOOST_TEST(play(step, parse_duration("1 ms"), 4) == (std::vector<double>{0, 1, 5, 5}),
             per_element);
}

BOOST_AUTO_TEST_CASE(a_recording_is_played_on_its_own_grid_and_then_holds) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "drive.h5";
  const sonata::PortTable table{"a.drive", "neuron", {3, 9}, {{"x", 0, 5}, {"y", 5, 5}}, {}};
  sonata::ReportWriter writer{path, {table, "nA", 0, 2'000'000'000, true}};
  for (const double k : {0.0, 1.0, 2.0}) writer.append(std::vector<double>{2 * k + 1, 2 * k + 2});
  writer.close();
  const auto recorded = recipe(2, Recorded{path, parse_duration("2 ms"), 3});
  BOOST_TEST(play(recorded, parse_duration("1 ms"), 7) ==
                 (std::vector<double>{1, 2, 1, 2, 3, 4, 3, 4, 5, 6, 5, 6, 5, 6}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
