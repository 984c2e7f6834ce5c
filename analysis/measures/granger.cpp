// SPDX-License-Identifier: MIT
#include "measures/granger.hpp"

#include <Eigen/LU>
#include <Eigen/QR>
#include <cmath>
#include <complex>
#include <numbers>

#include "measures/require.hpp"

namespace measures {

namespace {
// Mean over frequency of a function known on [0, Nyquist]: ends count half (trapezoidal rule, which
// is exact to rounding for the smooth periodic functions here).
double mean_over_frequency(const std::vector<double>& f) {
  if (f.size() < 2) return f.empty() ? 0 : f.front();
  double sum = (f.front() + f.back()) / 2;
  for (std::size_t k = 1; k + 1 < f.size(); ++k) sum += f[k];
  return sum / static_cast<double>(f.size() - 1);
}

// Causality from `from` to `to` at one frequency.
double causality(const Eigen::MatrixXcd& transfer, const Eigen::MatrixXd& noise, Eigen::Index to,
                 Eigen::Index from) {
  const auto row = transfer.row(to);
  const double total = (row * noise.cast<std::complex<double>>() * row.adjoint()).value().real();
  const double partial = noise(from, from) - noise(to, from) * noise(to, from) / noise(to, to);
  return -std::log1p(-partial * std::norm(transfer(to, from)) / total);
}
}  // namespace

double Granger::mean_first_to_second() const { return mean_over_frequency(first_to_second); }
double Granger::mean_second_to_first() const { return mean_over_frequency(second_to_first); }

Autoregressive fit_autoregressive(std::span<const std::vector<double>> channels,
                                  std::size_t order) {
  require(!channels.empty() && order > 0, "an autoregressive fit needs channels and an order");
  const auto n = channels.front().size(), c = channels.size();
  for (const auto& channel : channels)
    require(channel.size() == n, "channels of {} and {} samples", n, channel.size());
  require(n > order * (c + 1) + 1, "order {} of {} channels needs more than {} samples", order, c,
          n);
  const auto rows = static_cast<Eigen::Index>(n - order);
  const auto width = static_cast<Eigen::Index>(c);
  Eigen::MatrixXd past(rows, width * static_cast<Eigen::Index>(order)), now(rows, width);
  for (Eigen::Index j = 0; j < width; ++j) {
    const Eigen::Map<const Eigen::VectorXd> raw{channels[static_cast<std::size_t>(j)].data(),
                                                static_cast<Eigen::Index>(n)};
    const Eigen::VectorXd x = raw.array() - raw.mean();
    now.col(j) = x.tail(rows);
    for (Eigen::Index k = 1; k <= static_cast<Eigen::Index>(order); ++k)
      past.col((k - 1) * width + j) = x.segment(static_cast<Eigen::Index>(order) - k, rows);
  }
  const Eigen::MatrixXd b = past.colPivHouseholderQr().solve(now);
  const Eigen::MatrixXd rest = now - past * b;
  Autoregressive model;
  for (std::size_t k = 0; k < order; ++k)
    model.coefficient.push_back(
        b.middleRows(static_cast<Eigen::Index>(k) * width, width).transpose());
  model.noise = rest.transpose() * rest / static_cast<double>(rows);
  model.samples = n - order;
  return model;
}

SpectralFactor factor_of(const Autoregressive& model, std::span<const double> frequency_hz,
                         double sampling_hz) {
  SpectralFactor result;
  result.noise = model.noise;
  for (const double f : frequency_hz) {
    Eigen::MatrixXcd a = Eigen::MatrixXcd::Identity(model.noise.rows(), model.noise.cols());
    for (std::size_t k = 0; k < model.coefficient.size(); ++k) {
      const double phase = -2 * std::numbers::pi * f / sampling_hz * static_cast<double>(k + 1);
      a -= std::polar(1.0, phase) * model.coefficient[k].cast<std::complex<double>>();
    }
    result.transfer.push_back(a.inverse());
  }
  return result;
}

Granger granger(const SpectralFactor& factor, std::span<const double> frequency_hz) {
  require(factor.noise.rows() == 2, "causality is computed between two channels, not {}",
          factor.noise.rows());
  require(frequency_hz.size() == factor.transfer.size(), "{} frequencies for {} matrices",
          frequency_hz.size(), factor.transfer.size());
  Granger result;
  result.frequency_hz.assign(frequency_hz.begin(), frequency_hz.end());
  for (const auto& transfer : factor.transfer) {
    result.first_to_second.push_back(causality(transfer, factor.noise, 1, 0));
    result.second_to_first.push_back(causality(transfer, factor.noise, 0, 1));
  }
  return result;
}

Granger granger(std::span<const double> first, std::span<const double> second, double sampling_hz,
                std::size_t segment) {
  require(segment >= 4 && segment % 2 == 0, "causality needs an even segment, not {} samples",
          segment);
  const std::vector<std::vector<double>> channels{{first.begin(), first.end()},
                                                  {second.begin(), second.end()}};
  auto spectra = cross_spectra(channels, sampling_hz, segment);
  // Two-sided: 0 and Nyquist's frequency already are. Frequency 0, from which the mean of each
  // segment was taken, says nothing; its neighbour's real part stands for it.
  auto& density = spectra.density;
  for (std::size_t k = 1; k + 1 < density.size(); ++k) density[k] /= 2.0;
  density.front() = density[1].real().cast<std::complex<double>>();
  auto result = granger(wilson_factor(density), spectra.frequency_hz);
  result.averages = spectra.averages;
  result.effective = spectra.effective;
  return result;
}

}  // namespace measures
