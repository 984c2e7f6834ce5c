// SPDX-License-Identifier: MIT
#include <cmath>
#include <numeric>

#include "measures/cross_spectra.hpp"
#include "measures/welch.hpp"
#include "test.hpp"
#include "tutti/random.hpp"

using namespace measures;

namespace {
constexpr std::size_t samples = 1 << 19, segment = 256;
constexpr double sampling_hz = 1000;

std::vector<double> noise(std::string_view name) {
  const tutti::Random random{1, tutti::stream_id(name), 0};
  std::vector<double> x(samples);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = random.normal(i);
  return x;
}

// Mean over all frequencies but the first two and the last, which detrending and the ends touch.
double inner_mean(const std::vector<double>& c) {
  return std::accumulate(c.begin() + 2, c.end() - 1, 0.0) / static_cast<double>(c.size() - 3);
}
}  // namespace

BOOST_AUTO_TEST_SUITE(coherences)

BOOST_AUTO_TEST_CASE(signal_in_noise_has_the_coherence_of_its_share) {
  const auto x = noise("signal"), n = noise("noise");
  for (const double level : {0.5, 1.0, 2.0}) {
    auto y = x;
    for (std::size_t i = 0; i < samples; ++i) y[i] += level * n[i];
    // FORMATS: Sx/(Sx + Sn). Some 4000 segments and 126 frequencies: bias below 3e-4, standard
    // error of the mean below 1e-3.
    const double expected = 1 / (1 + level * level);
    BOOST_TEST(std::abs(inner_mean(coherence(x, y, sampling_hz, segment)) - expected) < 3e-3);
  }
}

BOOST_AUTO_TEST_CASE(a_signal_is_coherent_with_itself_and_not_with_another) {
  const auto x = noise("signal"), n = noise("noise");
  for (const double c : coherence(x, x, sampling_hz, segment)) BOOST_TEST(std::abs(c - 1) < 1e-12);
  // Unrelated signals: 1/segments in the mean.
  BOOST_TEST(inner_mean(coherence(x, n, sampling_hz, segment)) < 1e-3);
}

BOOST_AUTO_TEST_CASE(spikes_and_field_have_the_coherence_of_a_modulated_rate) {
  // FORMATS: λ = λ₀(1 + m x): (λ₀m)²Sx / ((λ₀m)²Sx + 2λ₀(1 − λ₀/fs)), Sx one-sided; x has
  // variance 1, so Sx = 2/fs.
  const double rate = 100, m = 0.3;
  const auto x = noise("signal");
  const tutti::Random random{1, tutti::stream_id("spikes"), 0};
  std::vector<double> spikes(samples);
  for (std::size_t i = 0; i < samples; ++i)
    spikes[i] = random.uniform(i) < rate * (1 + m * x[i]) / sampling_hz ? 1 : 0;
  const double signal = rate * m * rate * m * 2 / sampling_hz;
  const double expected = signal / (signal + 2 * rate * (1 - rate / sampling_hz));
  // 0.0099; the estimate's bias is 1/segments = 2.5e-4 and its standard error about 3e-4.
  BOOST_TEST(std::abs(inner_mean(coherence(spikes, x, sampling_hz, segment)) - expected) < 1e-3);
}

BOOST_AUTO_TEST_CASE(the_diagonal_is_welchs_spectrum) {
  std::vector<std::vector<double>> channels{noise("signal"), noise("noise")};
  for (auto& channel : channels) channel.resize(5000);
  const auto s = cross_spectra(channels, sampling_hz, segment);
  for (std::size_t c = 0; c < 2; ++c) {
    const auto alone = welch(channels[c], sampling_hz, segment);
    BOOST_TEST(s.averages == alone.averages);
    const auto i = static_cast<Eigen::Index>(c);
    for (std::size_t k = 0; k < alone.density.size(); ++k)
      BOOST_CHECK_CLOSE(s.density[k](i, i).real(), alone.density[k], 1e-9);
  }
}

BOOST_AUTO_TEST_SUITE_END()
