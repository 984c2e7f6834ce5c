// SPDX-License-Identifier: MIT
#pragma once
#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <vector>

#include "measures/cross_spectra.hpp"
#include "measures/spectral_factor.hpp"

namespace measures {

/// Spectral Granger causality between two signals [nat], at each frequency (Geweke 1982).
struct Granger {
  std::vector<double> frequency_hz;
  std::vector<double> first_to_second;
  std::vector<double> second_to_first;
  std::size_t averages = 0;  ///< segments, or samples that an autoregressive fit used
  double effective = 0;      ///< independent ones among them

  /// Mean over frequency, which is the causality in time [nat].
  double mean_first_to_second() const;
  double mean_second_to_first() const;
};

/// x(t) = Σ_k coefficient[k − 1] x(t − k) + noise.
struct Autoregressive {
  std::vector<Eigen::MatrixXd> coefficient;
  Eigen::MatrixXd noise;    ///< covariance
  std::size_t samples = 0;  ///< behind the fit; 0 where the model was given
};

/// Least-squares fit of the given order to channels of one length. Throws std::invalid_argument
/// where there are not more samples than unknowns.
Autoregressive fit_autoregressive(std::span<const std::vector<double>> channels, std::size_t order);

/// What the model does at frequencies given in Hz, as a factor (H, Σ) of its spectral matrix.
SpectralFactor factor_of(const Autoregressive& model, std::span<const double> frequency_hz,
                         double sampling_hz);

/// From the factorised spectrum of two channels: ln of S11 over what is left of it without the
/// part that came from channel 2, f = ln[S11 / (S11 − (Σ22 − Σ12²/Σ11)|H12|²)], and vice versa.
Granger granger(const SpectralFactor& factor, std::span<const double> frequency_hz);

/// Without a model: Welch's cross-spectra, factorised by Wilson's method (Dhamala 2008).
Granger granger(std::span<const double> first, std::span<const double> second, double sampling_hz,
                std::size_t segment);

}  // namespace measures
