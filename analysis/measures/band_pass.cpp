// SPDX-License-Identifier: MIT
#include "measures/band_pass.hpp"

#include <cmath>
#include <complex>
#include <numbers>

#include "measures/require.hpp"

namespace measures {

BandPass::BandPass(double low_hz, double high_hz, double sampling_hz, std::size_t order) {
  require(0 < low_hz && low_hz < high_hz && high_hz < sampling_hz / 2 && order > 0,
          "a band from {} to {} Hz of order {} does not fit between 0 and {} Hz", low_hz, high_hz,
          order, sampling_hz / 2);
  using Complex = std::complex<double>;
  using std::numbers::pi;
  // The bilinear transform s = (z − 1)/(z + 1) maps edges to tan(πf/fs).
  const double w1 = std::tan(pi * low_hz / sampling_hz), w2 = std::tan(pi * high_hz / sampling_hz);
  const double width = w2 - w1, middle = w1 * w2;
  const auto digital = [](Complex s) { return (1.0 + s) / (1.0 - s); };
  // Each pole p of the low-pass becomes two of the band-pass: s² − p·width·s + middle = 0. A second
  // order section holds one of them and its conjugate; the gain at the centre makes it whole.
  const double centre = std::sqrt(middle);
  const Complex z0 = digital(Complex{0, centre});
  for (std::size_t k = 0; k < order; ++k) {
    const double angle = pi * (2 * static_cast<double>(k) + 1) / (2 * static_cast<double>(order));
    const Complex p = width * Complex{-std::sin(angle), std::cos(angle)};
    const Complex root = std::sqrt(p * p - 4 * middle);
    // Poles of the low-pass come in conjugate pairs: one of the two quadratics' roots each gives
    // all sections. A real pole (odd order) has both roots conjugate, or both real.
    const Complex first = (p + root) / 2.0, second = (p - root) / 2.0;
    const bool real_pole = 2 * k + 1 == order;
    Section section{1, 0, 0};
    if (real_pole) {
      const Complex a = digital(first), b = digital(second);
      section.a1 = -(a + b).real();
      section.a2 = (a * b).real();
    } else {
      const Complex a = digital(k < order / 2 ? first : second);
      section.a1 = -2 * a.real();
      section.a2 = std::norm(a);
    }
    const Complex gain = (1.0 - 1.0 / (z0 * z0)) / (1.0 + section.a1 / z0 + section.a2 / (z0 * z0));
    section.b = 1 / std::abs(gain);
    sections_.push_back(section);
  }
}

double BandPass::next(double x) {
  for (auto& s : sections_) {
    const double y = s.b * x + s.s1;
    s.s1 = s.s2 - s.a1 * y;
    s.s2 = -s.b * x - s.a2 * y;
    x = y;
  }
  return x;
}

}  // namespace measures
