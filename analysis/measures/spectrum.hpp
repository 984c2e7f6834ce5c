// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace measures {

/// One-sided power spectral density: its integral over frequency is the variance.
struct Spectrum {
  std::vector<double> frequency_hz;  ///< ascending and evenly spaced from 0 to at most Nyquist's
  std::vector<double> density;       ///< [unit² / Hz]
  std::size_t averages = 0;          ///< segments or tapers that stand behind each value
  double effective = 0;              ///< independent ones among them; 2 × this degrees of freedom

  /// Σ density · Δf [unit²].
  double power() const;

  /// Σ density · Δf between `low_hz` and `high_hz`, both included [unit²]: the signal's variance
  /// in that band.
  double power(double low_hz, double high_hz) const;

  /// The frequency [Hz] of the highest value between `low_hz` and `high_hz`; 0 if there is none.
  double peak_hz(double low_hz, double high_hz) const;

  /// Mean density [unit² / Hz] between `low_hz` and `high_hz`, both included; 0 if there is none.
  double band(double low_hz, double high_hz) const;
};

/// 0, fs/n, 2 fs/n … up to fs/2 [Hz].
std::vector<double> frequencies(std::size_t length, double sampling_hz);

/// Turns the squared modulus of coefficients of a real transform of `length` points into one-sided
/// density: all frequencies but 0 and Nyquist's stand for two.
double one_sided(std::size_t k, std::size_t length);

/// The unit of a power: "mV^2" of "mV", "Hz^4" of "Hz^2", "1" of a number.
std::string squared(const std::string& unit);
/// The unit of its density: "mV^2/Hz".
std::string density_unit(const std::string& unit);

}  // namespace measures
