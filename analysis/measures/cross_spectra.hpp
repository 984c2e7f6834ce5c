// SPDX-License-Identifier: MIT
#pragma once
#include <Eigen/Core>
#include <complex>
#include <cstddef>
#include <span>
#include <vector>

#include "measures/fourier.hpp"

namespace measures {

/// Spectral matrices of several channels, S(f) = E[X(f) X(f)*], Hermitian, one per frequency.
struct SpectralMatrices {
  std::vector<double> frequency_hz;
  std::vector<Eigen::MatrixXcd> density;  ///< channels × channels, one-sided [unit² / Hz]
  std::size_t averages = 0;               ///< segments behind each value
  double effective = 0;                   ///< independent ones among them
};

/// Spectra and cross-spectra of several channels as Welch does it for one, while samples come in.
class CrossSpectraStream {
 public:
  /// Segments of `segment` samples that overlap by half. Throws std::invalid_argument unless all
  /// are positive.
  CrossSpectraStream(std::size_t channels, double sampling_hz, std::size_t segment);

  /// The next sample of every channel.
  void add(std::span<const double> sample);

  /// Mean over all complete segments.
  SpectralMatrices mean() const;

 private:
  void take_segment();

  std::size_t channels_;
  double sampling_hz_;
  std::size_t segment_;
  RealFourier fourier_;
  std::vector<double> window_;
  std::vector<std::vector<double>> pending_;  // by channel
  std::vector<std::complex<double>> sum_;     // Σ X_i X_j*: [frequency][i >= j], row by row
  std::size_t segments_ = 0;
};

/// Spectral matrices of whole channels of one length. Throws std::invalid_argument where lengths
/// differ or none fills a segment.
SpectralMatrices cross_spectra(std::span<const std::vector<double>> channels, double sampling_hz,
                               std::size_t segment);

/// |S_ab|² / (S_aa S_bb) at each frequency, 0 … 1. With n independent segments, unrelated signals
/// have 1/n in the mean. 0 where one has no power.
std::vector<double> coherence(const SpectralMatrices& spectra, std::size_t a = 0,
                              std::size_t b = 1);

/// Coherence of two signals. For spikes and a field, `a` holds spikes per bin of one sample.
std::vector<double> coherence(std::span<const double> a, std::span<const double> b,
                              double sampling_hz, std::size_t segment);

}  // namespace measures
