// SPDX-License-Identifier: MIT
#include "measures/spectral_factor.hpp"

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <complex>

#include "measures/fourier.hpp"
#include "measures/require.hpp"

namespace measures {

namespace {
using Matrix = Eigen::MatrixXcd;
using Matrices = std::vector<Matrix>;

// Puts entry (i, j) as a function of lag into `work`. It is real, so the half of the spectrum above
// Nyquist's frequency, which `half` leaves out, is the conjugate of the one below.
void to_lags(const Matrices& half, Eigen::Index i, Eigen::Index j, ComplexFourier& work) {
  auto data = work.data();
  const auto n = data.size();
  for (std::size_t k = 0; k < n; ++k)
    data[k] = k < half.size() ? half[k](i, j) : std::conj(half[n - k](i, j));
  work.backward();
  for (auto& x : data) x /= static_cast<double>(n);
}

// The causal part: lags above zero and half of lag zero (and of the last, which is both).
Matrices causal_part(const Matrices& g, ComplexFourier& work) {
  Matrices result(g.size(), Matrix(g.front().rows(), g.front().cols()));
  for (Eigen::Index i = 0; i < g.front().rows(); ++i)
    for (Eigen::Index j = 0; j < g.front().cols(); ++j) {
      to_lags(g, i, j, work);
      auto lags = work.data();
      lags[0] *= 0.5;
      lags[lags.size() / 2] *= 0.5;
      std::fill(lags.begin() + static_cast<std::ptrdiff_t>(lags.size() / 2 + 1), lags.end(), 0.0);
      work.forward();
      for (std::size_t k = 0; k < result.size(); ++k) result[k](i, j) = work.data()[k];
    }
  return result;
}

Eigen::MatrixXd at_lag_zero(const Matrices& g, ComplexFourier& work) {
  Eigen::MatrixXd result(g.front().rows(), g.front().cols());
  for (Eigen::Index i = 0; i < result.rows(); ++i)
    for (Eigen::Index j = 0; j < result.cols(); ++j) {
      to_lags(g, i, j, work);
      result(i, j) = work.data()[0].real();
    }
  return result;
}

// ψ⁻¹ S ψ⁻* + 1, whose causal part corrects ψ (a Newton step on S = ψψ*).
Matrices whitened(std::span<const Matrix> density, const Matrices& factor) {
  Matrices g;
  for (std::size_t k = 0; k < density.size(); ++k) {
    const Eigen::PartialPivLU<Matrix> lu{factor[k]};
    const Matrix left = lu.solve(density[k]);
    g.push_back(lu.solve(left.adjoint()).adjoint());
    g.back() += Matrix::Identity(left.rows(), left.cols());
  }
  return g;
}

// The lower root of a covariance. A pivot is what the other channels leave unexplained of one.
Eigen::MatrixXd independent_root(const Eigen::MatrixXd& covariance) {
  const Eigen::LLT<Eigen::MatrixXd> root{covariance};
  const Eigen::MatrixXd lower = root.matrixL();
  const bool independent =
      root.info() == Eigen::Success &&
      (lower.diagonal().cwiseAbs2().array() > 1e-10 * covariance.diagonal().array()).all();
  require(independent, "the channels are not independent: are two of them the same signal?");
  return lower;
}

double relative_residual(std::span<const Matrix> density, const Matrices& factor) {
  double worst = 0, largest = 0;
  for (std::size_t k = 0; k < density.size(); ++k) {
    const Matrix difference = factor[k] * factor[k].adjoint() - density[k];
    worst = std::max(worst, difference.cwiseAbs().maxCoeff());
    largest = std::max(largest, density[k].cwiseAbs().maxCoeff());
  }
  return worst / largest;
}
}  // namespace

SpectralFactor wilson_factor(std::span<const Matrix> density, double tolerance,
                             int max_iterations) {
  require(density.size() >= 2, "a spectral factorisation needs more than one frequency");
  ComplexFourier work{2 * (density.size() - 1)};
  const Matrices given(density.begin(), density.end());
  const Eigen::MatrixXd covariance = at_lag_zero(given, work);
  const Eigen::MatrixXd start = independent_root(covariance);
  Matrices factor(density.size(), start.cast<std::complex<double>>());

  SpectralFactor result;
  double change = 1;
  while (change > tolerance) {
    require(result.iterations++ < max_iterations,
            "Wilson's factorisation did not converge in {} iterations (last change {:.1e}): take a "
            "longer segment or add a little noise",
            max_iterations, change);
    const auto correction = causal_part(whitened(density, factor), work);
    change = 0;
    for (std::size_t k = 0; k < factor.size(); ++k) {
      Matrix next = factor[k] * correction[k];
      change = std::max(change, (next - factor[k]).norm() / next.norm());
      factor[k] = std::move(next);
    }
    require(std::isfinite(change),
            "a spectral matrix is singular: are two channels the same signal?");
  }
  const Eigen::MatrixXd zero = at_lag_zero(factor, work);
  const Matrix inverse = Eigen::MatrixXd(zero.inverse()).cast<std::complex<double>>();
  result.residual = relative_residual(density, factor);
  for (const auto& psi : factor) result.transfer.push_back(psi * inverse);
  result.noise = zero * zero.transpose();
  return result;
}

}  // namespace measures
