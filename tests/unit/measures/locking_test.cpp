// SPDX-License-Identifier: MIT
#include <cmath>
#include <numbers>

#include "measures/phase_locking.hpp"
#include "measures/triggered.hpp"
#include "test.hpp"
#include "tutti/random.hpp"

using namespace measures;
using std::numbers::pi;

namespace {
constexpr double fs = 1000;

std::vector<double> noise(std::size_t n, std::uint64_t number) {
  const tutti::Random random{1, tutti::stream_id("locking"), number};
  std::vector<double> x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = random.normal(i);
  return x;
}

std::vector<double> cosine(double hz, std::size_t n, double phase = 0) {
  std::vector<double> x(n);
  for (std::size_t i = 0; i < n; ++i)
    x[i] = std::cos(2 * pi * hz * static_cast<double>(i) / fs + phase);
  return x;
}
}  // namespace

BOOST_AUTO_TEST_SUITE(locking)

BOOST_AUTO_TEST_CASE(angles_from_a_cardioid_have_its_locking) {
  // Density (1 + m cos φ)/2π has the mean vector m/2 (Mardia & Jupp 2000, 3.5.5).
  const double m = 0.6;
  const tutti::Random random{1, tutti::stream_id("cardioid"), 0};
  std::vector<double> angles;
  for (std::size_t i = 0; angles.size() < 40'000; ++i) {
    const double angle = 2 * pi * random.uniform(2 * i) - pi;
    if (random.uniform(2 * i + 1) * (1 + m) < 1 + m * std::cos(angle)) angles.push_back(angle);
  }
  const auto l = phase_locking(angles);
  // Standard error 1/√(2n) = 0.0035.
  BOOST_TEST(std::abs(l.locking - m / 2) < 0.011);
  BOOST_TEST(std::abs(l.pairwise - m * m / 4) < 0.007);
  BOOST_TEST(std::abs(l.phase) < 0.05);
  BOOST_TEST(l.effective == 40'000.0);
  BOOST_TEST(l.p < 1e-6);
}

BOOST_AUTO_TEST_CASE(pairwise_consistency_has_no_bias_where_locking_has) {
  double locking = 0, pairwise = 0, small = 0;
  for (std::uint64_t r = 0; r < 2000; ++r) {
    const tutti::Random random{1, tutti::stream_id("few"), r};
    std::vector<double> angles;
    for (std::size_t i = 0; i < 10; ++i) angles.push_back(2 * pi * random.uniform(i));
    const auto l = phase_locking(angles);
    locking += l.locking / 2000, pairwise += l.pairwise / 2000, small += l.p < 0.05 ? 1 : 0;
  }
  // Rayleigh: the mean length of ten unrelated unit vectors is near √(π/40) = 0.28.
  BOOST_TEST(std::abs(locking - std::sqrt(pi / 40)) < 0.01);
  BOOST_TEST(std::abs(pairwise) < 0.008);  // deviation of one: 1/√45; of 2000: 0.0033
  BOOST_TEST(std::abs(small / 2000 - 0.05) < 0.015);
}

BOOST_AUTO_TEST_CASE(two_waves_of_one_frequency_are_locked_at_their_difference) {
  const auto l = phase_locking(cosine(20, 4000, 0.7), cosine(20, 4000), fs, 20);
  BOOST_TEST(std::abs(l.locking - 1) < 1e-6);
  BOOST_TEST(std::abs(l.phase - 0.7) < 1e-3);
}

BOOST_AUTO_TEST_CASE(unrelated_signals_are_locked_as_little_as_the_effective_number_says) {
  double square = 0, effective = 0;
  for (std::uint64_t r = 0; r < 100; ++r) {
    const auto l = phase_locking(noise(4000, 2 * r), noise(4000, 2 * r + 1), fs, 30);
    square += l.locking * l.locking / 100;
    effective = l.effective;
  }
  // E|mean|² = 1/n for n independent angles. A hundred repeats know it to 10 %; that amplitudes are
  // divided away makes the memory a little shorter than the formula's.
  BOOST_TEST(std::abs(square * effective - 1) < 0.4);
}

BOOST_AUTO_TEST_CASE(spikes_of_a_modulated_rate_lock_to_its_crest) {
  // λ(t) = λ₀(1 + m cos 2πft): phases have the density of a cardioid, so locking m/2 at phase 0.
  const double m = 0.8, rate = 50, hz = 8, shift = 0.9;
  const std::size_t n = 400'000;
  const auto field = cosine(hz, n);
  const tutti::Random random{1, tutti::stream_id("spikes"), 0};
  std::vector<double> early, shifted;
  for (std::size_t i = 0; i < n; ++i) {
    const double t = static_cast<double>(i) + random.uniform(3 * i);  // [ms]
    const double angle = 2 * pi * hz * t * 1e-3;
    if (random.uniform(3 * i + 1) < rate / fs * (1 + m * std::cos(angle))) early.push_back(t);
    if (random.uniform(3 * i + 2) < rate / fs * (1 + m * std::cos(angle - shift)))
      shifted.push_back(t);
  }
  const auto l = spike_field_locking(early, field, fs, hz);
  // Some 20,000 spikes: standard error 0.005.
  BOOST_TEST(std::abs(l.locking - m / 2) < 0.015);
  BOOST_TEST(std::abs(l.phase) < 0.04);
  // Of 20,000 spikes, those within a wavelet see one phase: over its √(4π)σ of 494 ms there are
  // 50 s⁻¹ · 0.494 s of them, whose rhythm adds (m/2)² of their number to the power of each.
  const double together = rate * 2 * std::sqrt(pi) * 7 / (2 * pi * hz) * m * m / 4;
  BOOST_TEST(std::abs(l.effective / (20'000 / (1 + together)) - 1) < 0.05);
  BOOST_TEST(std::abs(spike_field_locking(shifted, field, fs, hz).phase - shift) < 0.04);
}

BOOST_AUTO_TEST_CASE(spikes_that_fire_together_count_once) {
  const auto x = noise(40'000, 3);
  std::vector<double> alone, together;
  for (double t = 300; t < 39'700; t += 400)  // far apart for a wavelet of 28 ms
    alone.push_back(t), together.insert(together.end(), 8, t);
  const auto one = spike_field_locking(alone, x, fs, 40),
             eight = spike_field_locking(together, x, fs, 40);
  BOOST_CHECK_CLOSE(one.locking, eight.locking, 1e-9);
  BOOST_CHECK_CLOSE(one.effective, static_cast<double>(alone.size()), 1.0);
  BOOST_CHECK_CLOSE(eight.effective, one.effective, 1.0);
  BOOST_CHECK_CLOSE(eight.p, one.p, 5.0);
}

BOOST_AUTO_TEST_CASE(locking_refuses_what_is_too_short) {
  BOOST_CHECK_THROW(phase_locking(noise(50, 1), noise(50, 2), fs, 5), std::invalid_argument);
  BOOST_CHECK_THROW(phase_locking(noise(500, 1), noise(400, 2), fs, 50), std::invalid_argument);
  BOOST_TEST(std::isnan(phase_locking({}).locking));
}

BOOST_AUTO_TEST_CASE(spikes_of_a_linear_encoder_return_its_filter) {
  // λ = λ₀(1 + Σ_k h_k x(t − k)), white x of variance 1: the average is h_k at lag −k and 0
  // elsewhere (de Boer & Kuyper 1968), with a standard error of 1/√spikes.
  const std::size_t n = 400'000;
  const std::vector<double> h{0.0, 0.05, 0.1, 0.15, 0.1, 0.05};
  const auto x = noise(n, 7);
  const tutti::Random random{1, tutti::stream_id("encoder"), 0};
  std::vector<double> spikes;
  for (std::size_t i = h.size(); i < n; ++i) {
    double drive = 1;
    for (std::size_t k = 0; k < h.size(); ++k) drive += h[k] * x[i - k];
    if (random.uniform(i) < 0.1 * drive) spikes.push_back(static_cast<double>(i));
  }
  const auto sta = spike_triggered_average(spikes, x, fs, 10, 5);
  BOOST_TEST(sta.events > 39'000U);
  BOOST_TEST(sta.lag_ms.size() == 16U);
  for (std::size_t i = 0; i < sta.lag_ms.size(); ++i) {
    const auto back = static_cast<std::ptrdiff_t>(-sta.lag_ms[i]);
    const double expected = back >= 0 && back < 6 ? h[static_cast<std::size_t>(back)] : 0;
    BOOST_TEST(std::abs(sta.mean[i] - expected) < 4 * sta.error[i]);
    BOOST_CHECK_CLOSE(sta.error[i], 1 / std::sqrt(static_cast<double>(sta.events)), 3.0);
    BOOST_CHECK_CLOSE(sta.effective, static_cast<double>(sta.events), 5.0);  // x is white
  }
}

BOOST_AUTO_TEST_CASE(an_average_between_samples_is_interpolated_and_ends_are_left_out) {
  std::vector<double> ramp(100);
  for (std::size_t i = 0; i < 100; ++i) ramp[i] = static_cast<double>(i);
  const std::vector<double> events{1, 50.25, 60.75, 99};
  const auto a = spike_triggered_average(events, ramp, fs, 5, 5);
  BOOST_TEST(a.events == 2U);
  BOOST_CHECK_CLOSE(a.mean[5], (50.25 + 60.75) / 2, 1e-12);
  BOOST_TEST(
      std::isnan(spike_triggered_average(std::vector<double>{50}, ramp, fs, 5, 5).error.front()));
  BOOST_CHECK_THROW(spike_triggered_average(events, ramp, fs, 0, 0), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
