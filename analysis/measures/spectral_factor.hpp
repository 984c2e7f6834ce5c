// SPDX-License-Identifier: MIT
#pragma once
#include <Eigen/Core>
#include <span>
#include <vector>

namespace measures {

/// S(f) = H(f) Σ H(f)*: a linear system with H(0 lag) = 1 that, driven by white noise of
/// covariance Σ, has the spectral matrix S.
struct SpectralFactor {
  std::vector<Eigen::MatrixXcd> transfer;  ///< H, at each frequency
  Eigen::MatrixXd noise;                   ///< Σ, per sample
  int iterations = 0;
  double residual = 0;  ///< largest |S − HΣH*| relative to the largest |S|
};

/// Wilson's factorisation (Wilson 1972). `density` holds spectral matrices at evenly spaced
/// frequencies 0 … Nyquist's, two-sided (of variance per sample; a common factor only scales Σ).
/// Requires positive definite matrices and a grid fine enough for the system's memory; throws
/// std::invalid_argument where a matrix is singular or the iteration does not converge.
SpectralFactor wilson_factor(std::span<const Eigen::MatrixXcd> density, double tolerance = 1e-12,
                             int max_iterations = 200);

}  // namespace measures
