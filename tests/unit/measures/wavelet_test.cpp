// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <numbers>

#include "measures/band_pass.hpp"
#include "measures/morlet.hpp"
#include "measures/welch.hpp"
#include "test.hpp"
#include "tutti/random.hpp"

using namespace measures;
using std::numbers::pi;

namespace {
constexpr double fs = 1000;

std::vector<double> sine(double amplitude, double hz, std::size_t n, double phase = 0) {
  std::vector<double> x(n);
  for (std::size_t i = 0; i < n; ++i)
    x[i] = amplitude * std::sin(2 * pi * hz * static_cast<double>(i) / fs + phase);
  return x;
}

std::vector<double> noise(std::size_t n) {
  const tutti::Random random{1, tutti::stream_id("wavelet"), 0};
  std::vector<double> x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = random.normal(i);
  return x;
}
}  // namespace

BOOST_AUTO_TEST_SUITE(wavelets)

BOOST_AUTO_TEST_CASE(a_wavelet_has_unit_energy_and_the_width_it_says) {
  const auto w = morlet_wavelet(40, fs, 7);
  double energy = 0, spread = 0;
  for (std::size_t i = 0; i < w.size(); ++i) {
    const double t = (static_cast<double>(i) - static_cast<double>(w.size() / 2)) / fs;
    energy += std::norm(w[i]);
    spread += t * t * std::norm(w[i]);
  }
  BOOST_CHECK_CLOSE(energy, 1.0, 1e-9);
  // |w|² is a Gaussian of width σ/√2; cutting at 5σ takes less than 1e-9 of it away.
  BOOST_CHECK_CLOSE(std::sqrt(2 * spread), morlet_width_s(40, 7), 1e-4);
  BOOST_CHECK_CLOSE(morlet_width_s(40, 7), 7 / (2 * pi * 40), 1e-12);
}

BOOST_AUTO_TEST_CASE(a_sine_has_the_analytic_density_at_its_frequency_and_beside_it) {
  const double amplitude = 2, hz = 40, cycles = 7;
  const std::vector<double> f{30, 40, 50};
  const auto s = morlet(sine(amplitude, hz, 4000), fs, f, cycles);
  for (std::size_t k = 0; k < f.size(); ++k) {
    // |W|² = A²/4 · 2σ√π · exp(−(2π(f − f₀)σ)²), times 2 for one side; σ in seconds.
    const double width = morlet_width_s(f[k], cycles), off = 2 * pi * (f[k] - hz) * width;
    const double expected = amplitude * amplitude * width * std::sqrt(pi) * std::exp(-off * off);
    // Cut at five widths, and the wave of negative frequency: below 1e-5.
    BOOST_CHECK_CLOSE(s.row(k)[2000], expected, 1e-2);
  }
  BOOST_TEST(s.row(1)[2000] > s.row(0)[2000]);
  BOOST_TEST(s.time_s[2000] == 2.0);
}

BOOST_AUTO_TEST_CASE(white_noise_has_welchs_density_in_the_mean_and_scatters_as_it_says) {
  const auto x = noise(400'000);
  const std::vector<double> f{40};
  const auto s = morlet(x, fs, f);
  double mean = 0, square = 0;
  for (const double p : s.row(0)) mean += p, square += p * p;
  const auto n = static_cast<double>(s.time_s.size());
  mean /= n;
  // Variance 1 over fs/2: 2e-3 per Hz, to one part in √effective (about 76 values a second).
  BOOST_TEST(std::abs(mean / 2e-3 - 1) < 3 / std::sqrt(s.effective[0]));
  BOOST_TEST(s.effective[0] > 5500.0);
  // Power of noise is exponential: standard deviation = mean.
  BOOST_TEST(std::abs(std::sqrt(square / n - mean * mean) / mean - 1) < 0.05);
}

BOOST_AUTO_TEST_CASE(effective_values_are_those_of_the_scatter_of_row_means) {
  const auto x = noise(400'000);
  const std::vector<double> f{20};
  const std::size_t part = 2000;
  double sum = 0, squares = 0, effective = 0;
  const auto parts = static_cast<double>(x.size() / part);
  for (std::size_t i = 0; i < x.size(); i += part) {
    // Each part is cut out of a longer stretch so that no end shows.
    const auto s = morlet({x.data() + i, part}, fs, f);
    double mean = 0;
    for (const double p : s.row(0)) mean += p / static_cast<double>(part);
    sum += mean, squares += mean * mean, effective = s.effective[0];
  }
  const double mean = sum / parts, variance = squares / parts - mean * mean;
  // 200 parts: the variance is known to 10 %; ends of each part take some of its power away.
  BOOST_TEST(std::abs(mean * mean / variance / effective - 1) < 0.35);
}

BOOST_AUTO_TEST_CASE(a_burst_is_found_where_and_when_it_is) {
  std::vector<double> x(4000);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double t = static_cast<double>(i) / fs - 2.5;
    x[i] = std::exp(-t * t / (2 * 0.05 * 0.05)) * std::cos(2 * pi * 25 * t);
  }
  const auto f = log_frequencies(5, 100, 61);
  const auto s = morlet(x, fs, f, 7, 5);
  const auto peak = static_cast<std::size_t>(
      std::distance(s.density.begin(), std::ranges::max_element(s.density)));
  BOOST_TEST(std::abs(s.time_s[peak % s.time_s.size()] - 2.5) <= 0.005);
  // Unit-energy wavelets see a Gaussian burst a little off its frequency; 5 % is one row.
  BOOST_TEST(std::abs(s.frequency_hz[peak / s.time_s.size()] / 25 - 1) < 0.06);
}

BOOST_AUTO_TEST_CASE(a_stream_has_the_numbers_of_the_whole) {
  auto x = noise(3000);
  double mean = 0;
  for (const double v : x) mean += v / 3000;
  for (double& v : x) v -= mean;
  const std::vector<double> f{10, 33, 80};
  const auto whole = morlet(x, fs, f, 5, 10);
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{7}, std::size_t{3000}}) {
    MorletStream stream{fs, f, 5, 10};
    for (std::size_t i = 0; i < x.size(); i += chunk)
      stream.add({x.data() + i, std::min(chunk, x.size() - i)});
    const auto s = stream.complete();
    BOOST_TEST(s.time_s.size() == (3000 - stream.delay() + 9) / 10);
    for (std::size_t k = 0; k < f.size(); ++k)
      for (std::size_t i = 0; i < s.time_s.size(); ++i)
        // A sum here, a Fourier transform there: rounding only.
        BOOST_TEST(std::abs(s.row(k)[i] - whole.row(k)[i]) < 1e-14);
  }
}

BOOST_AUTO_TEST_CASE(wavelets_refuse_what_has_none) {
  BOOST_CHECK_THROW(morlet_wavelet(500, fs, 7), std::invalid_argument);
  BOOST_CHECK_THROW(morlet_wavelet(0, fs, 7), std::invalid_argument);
  BOOST_CHECK_THROW(morlet({}, fs, std::vector<double>{10}), std::invalid_argument);
  BOOST_CHECK_THROW(log_frequencies(10, 5, 3), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(butterworths_band_pass_has_its_analytic_gain) {
  for (const std::size_t order : {1U, 2U, 3U, 4U, 5U})
    for (const double hz : {10.0, 13.0, 20.0, 30.0, 60.0}) {
      BandPass filter{13, 30, fs, order};
      double peak = 0;
      for (std::size_t i = 0; i < 20'000; ++i) {
        const double y = filter.next(std::sin(2 * pi * hz * static_cast<double>(i) / fs));
        if (i >= 18'000) peak = std::max(peak, std::abs(y));  // a whole number of periods
      }
      // |H|² = 1/(1 + ((Ω² − Ω₁Ω₂)/(Ω(Ω₂ − Ω₁)))^2n), Ω = tan(πf/fs).
      const double w1 = std::tan(pi * 13 / fs), w2 = std::tan(pi * 30 / fs),
                   w = std::tan(pi * hz / fs);
      const double shape = (w * w - w1 * w2) / (w * (w2 - w1));
      const double gain = 1 / std::sqrt(1 + std::pow(shape, 2 * static_cast<double>(order)));
      // The crest is looked for among samples: at 60 Hz they may miss it by (πf/fs)²/2 = 1.8 %.
      BOOST_TEST(std::abs(peak / gain - 1) < 0.02);
    }
  BOOST_CHECK_THROW(BandPass(30, 13, fs), std::invalid_argument);
  BOOST_CHECK_THROW(BandPass(13, 500, fs), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
