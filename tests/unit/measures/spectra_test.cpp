// SPDX-License-Identifier: MIT
#include <cmath>
#include <numbers>

#include "measures/csd.hpp"
#include "measures/dpss.hpp"
#include "measures/multitaper.hpp"
#include "measures/welch.hpp"
#include "test.hpp"
#include "tutti/random.hpp"

using namespace measures;

// Values named "FORMATS" are those of ../shared/FORMATS.md, "Analysis".
namespace {
std::vector<double> two_sines(std::size_t n) {
  std::vector<double> x(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double t = static_cast<double>(i) / 1000;
    x[i] =
        2 * std::sin(2 * std::numbers::pi * 40 * t) + 0.5 * std::sin(2 * std::numbers::pi * 90 * t);
  }
  return x;
}

std::vector<double> noise(std::size_t n) {
  const tutti::Random random{1, tutti::stream_id("noise"), 0};
  std::vector<double> x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = random.normal(i);
  return x;
}

double at(const Spectrum& s, double hz) {
  return s.density[static_cast<std::size_t>(std::llround(hz / s.frequency_hz[1]))];
}
}  // namespace

BOOST_AUTO_TEST_SUITE(spectra)

BOOST_AUTO_TEST_CASE(welch_has_the_values_of_the_formats_page) {
  const auto s = welch(two_sines(10000), 1000, 1000);
  BOOST_TEST(s.averages == 19U);
  BOOST_TEST(std::abs(at(s, 40) - 4.0 / 3) < 1e-9);   // FORMATS: 1.333333333
  BOOST_TEST(std::abs(at(s, 39) - 1.0 / 3) < 1e-9);   // FORMATS: 0.333333333
  BOOST_TEST(std::abs(at(s, 90) - 1.0 / 12) < 1e-9);  // FORMATS: 0.083333333
  BOOST_TEST(std::abs(s.power() - 2.125) < 1e-9);     // FORMATS: ∫ = 2.125
  BOOST_TEST(s.peak_hz(1, 200) == 40);
  BOOST_TEST(s.peak_hz(60, 200) == 90);
}

BOOST_AUTO_TEST_CASE(welch_takes_eight_half_overlapping_segments_by_default) {
  BOOST_TEST(welch(two_sines(9000), 1000).averages == 8U);
  BOOST_TEST(welch(two_sines(9000), 1000).frequency_hz.size() == 1001U);
}

BOOST_AUTO_TEST_CASE(welch_of_white_noise_is_flat_and_keeps_its_variance) {
  const auto s = welch(noise(200000), 1000, 500);
  // Variance 1 over 500 Hz. 799 segments that overlap by half have the weight of about 760: the
  // mean over a hundred frequencies then lies within 0.5 % (some three standard errors).
  BOOST_CHECK_CLOSE(s.band(100, 300), 2e-3, 0.5);
  BOOST_CHECK_CLOSE(s.power(), 1.0, 1.0);
}

BOOST_AUTO_TEST_CASE(a_stream_of_any_chunks_has_the_bytes_of_the_whole) {
  const auto x = noise(5000);
  const auto whole = welch(x, 1000, 333);
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{7}, std::size_t{1000}}) {
    WelchStream stream{1000, 333};
    for (std::size_t i = 0; i < x.size(); i += chunk)
      stream.add({x.data() + i, std::min(chunk, x.size() - i)});
    BOOST_TEST(stream.mean().density == whole.density);
    BOOST_TEST(stream.segments() == whole.averages);
  }
}

BOOST_AUTO_TEST_CASE(the_latest_segment_is_a_spectrum_of_its_own) {
  const auto x = noise(1500);
  WelchStream stream{1000, 500};
  BOOST_TEST(stream.latest().power() == 0);
  stream.add(x);
  const auto last = welch({x.data() + 1000, 500}, 1000, 500);
  BOOST_TEST(stream.latest().density == last.density);
}

BOOST_AUTO_TEST_CASE(multitaper_has_the_values_of_the_formats_page) {
  const auto s = multitaper(two_sines(1000), 1000, 4, 7);
  BOOST_TEST(s.averages == 7U);
  // FORMATS gives five digits: half of the last is the tolerance.
  BOOST_TEST(std::abs(at(s, 38) - 0.27564) < 5e-6);
  BOOST_TEST(std::abs(at(s, 40) - 0.27813) < 5e-6);
  BOOST_TEST(std::abs(at(s, 42) - 0.27473) < 5e-6);
  BOOST_TEST(std::abs(s.power() - 2.12498) < 5e-6);
}

BOOST_AUTO_TEST_CASE(tapers_are_orthonormal_and_solve_the_concentration_problem) {
  const std::size_t n = 200;
  const double nw = 4;
  const auto tapers = dpss(n, nw, 7);
  for (std::size_t a = 0; a < tapers.size(); ++a)
    for (std::size_t b = 0; b <= a; ++b) {
      double product = 0;
      for (std::size_t i = 0; i < n; ++i) product += tapers[a][i] * tapers[b][i];
      BOOST_TEST(std::abs(product - (a == b ? 1 : 0)) < 1e-11);
    }
  // Slepian's defining equation: Σ_j sin(2πW(i − j))/(π(i − j)) v_j = λ v_i, with λ near 1 for the
  // first and falling.
  double before = 1 + 1e-9;
  for (const auto& v : tapers) {
    std::vector<double> kv(n);
    double lambda = 0, residual = 0;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        const double lag = static_cast<double>(i) - static_cast<double>(j);
        const double kernel =
            i == j ? 2 * nw / static_cast<double>(n)
                   : std::sin(2 * std::numbers::pi * nw / static_cast<double>(n) * lag) /
                         (std::numbers::pi * lag);
        kv[i] += kernel * v[j];
      }
      lambda += kv[i] * v[i];
    }
    for (std::size_t i = 0; i < n; ++i) residual += std::pow(kv[i] - lambda * v[i], 2);
    BOOST_TEST(std::sqrt(residual) < 1e-10);
    BOOST_TEST(lambda < before);
    before = lambda;
  }
  BOOST_TEST(before > 0.9);  // seven tapers at nw 4 are all well concentrated
}

BOOST_AUTO_TEST_CASE(spectra_refuse_what_has_none) {
  BOOST_CHECK_THROW(welch(noise(10), 1000, 11), std::invalid_argument);
  BOOST_CHECK_THROW(welch(noise(10), 0, 5), std::invalid_argument);
  BOOST_CHECK_THROW(WelchStream(1000, 0), std::invalid_argument);
  BOOST_CHECK_THROW(welch(noise(5), 1000), std::invalid_argument);
  BOOST_CHECK_THROW(dpss(10, 5, 1), std::invalid_argument);
  BOOST_CHECK_THROW(dpss(10, 2, 11), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(powers_have_the_square_of_their_unit) {
  BOOST_TEST(squared("mV") == "mV^2");
  BOOST_TEST(squared("Hz^2") == "Hz^4");
  BOOST_TEST(squared("uA/mm^3") == "(uA/mm^3)^2");
  BOOST_TEST(squared("1") == "1");
  BOOST_TEST(density_unit("mV") == "mV^2/Hz");
}

BOOST_AUTO_TEST_CASE(electrodes_lie_along_their_widest_axis) {
  const std::vector<double> same{1, 1, 1, 1}, z{20, 0, 30, 10}, uneven{0, 10, 25, 30};
  const auto line = probe_line(same, same, z);
  BOOST_TEST(line.axis == 'z');
  BOOST_TEST(line.order == (std::vector<std::size_t>{1, 3, 0, 2}));
  BOOST_TEST(line.along_um == (std::vector<double>{0, 10, 20, 30}));
  BOOST_TEST(line.spacing_um == 10.0);
  BOOST_TEST(line.fits_csd());
  BOOST_TEST(!probe_line(uneven, same, same).fits_csd());
  BOOST_TEST(!probe_line({}, {}, {}).fits_csd());
}

BOOST_AUTO_TEST_CASE(csd_of_a_parabola_is_constant) {
  std::vector<double> phi;
  for (int z = -3; z <= 3; ++z) phi.push_back(3.0 * z * z);
  for (const double c : csd(phi, 1, 0.3))
    BOOST_TEST(std::abs(c - -1.8) < 1e-14);  // FORMATS: exactly −1.8, to the rounding of 0.3 · 6
  BOOST_CHECK_THROW(csd(std::vector<double>{1, 2}, 1), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
