// SPDX-License-Identifier: MIT
#include "measures/effective.hpp"

#include <cmath>

#include "measures/correlation.hpp"
#include "measures/cross_spectra.hpp"
#include "measures/multitaper.hpp"
#include "measures/welch.hpp"
#include "test.hpp"
#include "tutti/random.hpp"

using namespace measures;

namespace {
// x(t) = a x(t − 1) + noise, begun in its stationary state.
std::vector<double> autoregressive(double a, std::size_t n, std::uint64_t number) {
  const tutti::Random random{1, tutti::stream_id("ar"), number};
  std::vector<double> x(n);
  double last = random.normal(0) / std::sqrt(1 - a * a);
  for (std::size_t i = 0; i < n; ++i) x[i] = last = a * last + random.normal(i + 1);
  return x;
}
}  // namespace

BOOST_AUTO_TEST_SUITE(effective_numbers)

BOOST_AUTO_TEST_CASE(half_overlapping_hann_segments_are_worth_a_little_less_than_their_number) {
  // Welch 1967: ρ₁ = Σ w(i) w(i + n/2) / Σ w² = (1/16) / (3/8) = 1/6 for Hann's window, so that K
  // segments are worth K / (1 + 2 (1 − 1/K)/36).
  const auto w = hann(1000);
  BOOST_CHECK_CLOSE(effective_averages(w, 500, 19), 19 / (1 + 2 * (1 - 1.0 / 19) / 36), 1e-9);
  BOOST_TEST(effective_averages(w, 1000, 19) == 19.0);
  BOOST_TEST(effective_averages(w, 500, 1) == 1.0);
  BOOST_TEST(effective_averages(w, 500, 0) == 0.0);
}

BOOST_AUTO_TEST_CASE(the_scatter_of_welchs_estimate_is_what_its_effective_number_says) {
  // The relative variance of a periodogram's mean over m independent ones is 1/m.
  const std::size_t repeats = 200;
  std::vector<double> sum(65), squares(65);
  double effective = 0;
  for (std::size_t r = 0; r < repeats; ++r) {
    const auto s = welch(autoregressive(0, 1024, r), 1000, 128);
    effective = s.effective;
    for (std::size_t k = 0; k < 65; ++k)
      sum[k] += s.density[k], squares[k] += s.density[k] * s.density[k];
  }
  double variance = 0;
  for (std::size_t k = 4; k < 60; ++k) {
    const double mean = sum[k] / repeats;
    variance += (squares[k] / repeats - mean * mean) / (mean * mean) / 56;
  }
  // 200 repeats at some 28 independent frequencies: the variance is known to √(2/5600) ≈ 2 %, and
  // periodograms are not Gaussian, which about doubles that.
  BOOST_TEST(std::abs(1 / variance / effective - 1) < 0.1);
}

BOOST_AUTO_TEST_CASE(memory_costs_samples) {
  const std::size_t n = 200'000;
  for (const double a : {0.0, 0.5, 0.9}) {
    // n (1 − a)/(1 + a); the sum of autocorrelations scatters by a few per cent at a = 0.9.
    const double expected = static_cast<double>(n) * (1 - a) / (1 + a);
    BOOST_TEST(std::abs(effective_samples(autoregressive(a, n, 1)) / expected - 1) < 0.08);
    // Two such sequences: ρ_a ρ_b = a^2k.
    const double both = static_cast<double>(n) * (1 - a * a) / (1 + a * a);
    BOOST_TEST(std::abs(effective_samples(autoregressive(a, n, 1), autoregressive(a, n, 2)) / both -
                        1) < 0.08);
  }
}

BOOST_AUTO_TEST_CASE(correlations_of_unrelated_sequences_scatter_as_their_effective_number_says) {
  double squares = 0, effective = 0;
  const std::size_t repeats = 400;
  for (std::size_t r = 0; r < repeats; ++r) {
    const auto a = autoregressive(0.8, 2000, 2 * r + 10), b = autoregressive(0.8, 2000, 2 * r + 11);
    squares += std::pow(correlation(a, b), 2) / repeats;
    effective += effective_samples(a, b) / repeats;
  }
  // A variance from 400 values is known to √(2/400) = 7 %: three times that.
  BOOST_TEST(std::abs(squares * effective - 1) < 0.21);
}

BOOST_AUTO_TEST_CASE(means_over_events_scatter_as_their_effective_number_says) {
  // Events in bursts of four neighbouring samples, at times that know nothing of the sequence.
  const std::size_t repeats = 500, n = 2000;
  double squares = 0, expected = 0, one = 0;
  for (std::size_t r = 0; r < repeats; ++r) {
    const auto x = autoregressive(0.8, n, r + 5000);
    const tutti::Random random{1, tutti::stream_id("events"), r};
    std::vector<double> events(n);
    double mean = 0, count = 0;
    for (std::size_t burst = 0; burst < 10; ++burst) {
      const auto at = static_cast<std::size_t>(random.uniform(burst) * (n - 4));
      for (std::size_t i = at; i < at + 4; ++i) events[i] += 1, mean += x[i], count += 1;
    }
    const double variance = 1 / (1 - 0.64), effective = effective_events(events, x);
    squares += mean * mean / (count * count) / repeats;
    expected += variance / effective / repeats;
    one += effective / repeats;
  }
  // A burst of four at a = 0.8: (4 + 2 (3·0.8 + 2·0.64 + 0.512))/16 = 0.774 of one sample's
  // variance, so ten of them are worth 12.9; less a few by which bursts fall on each other.
  BOOST_TEST(std::abs(one - 12) < 1.5);
  // A variance from 500 values is known to √(2/500) = 6 %: three times that.
  BOOST_TEST(std::abs(squares / expected - 1) < 0.19);
  BOOST_TEST(effective_events(std::vector<double>(5), std::vector<double>{1, 2, 1, 3, 1}) == 0.0);
  BOOST_CHECK_THROW(effective_events(std::vector<double>(3), std::vector<double>(2)),
                    std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(what_is_empty_or_flat_has_no_or_one_sample) {
  BOOST_TEST(effective_samples(std::vector<double>{}) == 0.0);
  BOOST_TEST(effective_samples(std::vector<double>(50, 3.0)) == 1.0);
  BOOST_CHECK_THROW(effective_samples(std::vector<double>(3), std::vector<double>(2)),
                    std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(one_in_twenty_unrelated_coherences_passes_the_threshold) {
  const auto x = autoregressive(0, 1 << 18, 1), y = autoregressive(0, 1 << 18, 2);
  // 1024-sample stretches of 7 segments each: coherence of each stretch, at 62 frequencies.
  double above = 0, all = 0;
  for (std::size_t from = 0; from + 1024 <= x.size(); from += 1024) {
    const std::vector<std::vector<double>> both{
        {x.begin() + static_cast<std::ptrdiff_t>(from),
         x.begin() + static_cast<std::ptrdiff_t>(from + 1024)},
        {y.begin() + static_cast<std::ptrdiff_t>(from),
         y.begin() + static_cast<std::ptrdiff_t>(from + 1024)}};
    const auto s = cross_spectra(both, 1000, 256);
    const auto c = coherence(s);
    for (std::size_t k = 3; k < 126; k += 2) {
      above += c[k] > coherence_threshold(s.effective) ? 1 : 0;
      all += 1;
    }
  }
  // 256 stretches × 62 frequencies: standard error 0.2 %; the formula is exact only for segments
  // that do not overlap, hence the margin.
  BOOST_TEST(std::abs(above / all - 0.05) < 0.01);
  BOOST_TEST(coherence_threshold(1) == 1.0);
}

BOOST_AUTO_TEST_CASE(tapers_are_independent) {
  BOOST_TEST(multitaper(autoregressive(0, 500, 1), 1000, 4, 7).effective == 7.0);
}

BOOST_AUTO_TEST_SUITE_END()
