// SPDX-License-Identifier: MIT
#include "measures/effective.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "measures/fourier.hpp"
#include "measures/require.hpp"

namespace measures {

namespace {

/// Σ_i (x(i) − mean)(x(i + k) − mean), k = 0 … n − 1, through the power spectrum of the sequence
/// padded to twice its length.
std::vector<double> lagged_products(std::span<const double> x, double mean) {
  const auto n = x.size();
  ComplexFourier fourier{2 * n};
  auto data = fourier.data();
  std::ranges::fill(data, 0.0);
  for (std::size_t i = 0; i < n; ++i) data[i] = x[i] - mean;
  fourier.forward();
  for (auto& c : data) c = std::norm(c);
  fourier.backward();
  std::vector<double> products;
  for (std::size_t k = 0; k < n; ++k)
    products.push_back(data[k].real() / static_cast<double>(2 * n));
  return products;
}

double sum_of(std::span<const double> x) {
  double sum = 0;
  for (const double v : x) sum += v;
  return sum;
}

/// ρ(k), k = 0 … n − 1; empty where the sequence does not vary.
std::vector<double> autocorrelation(std::span<const double> x) {
  auto rho = lagged_products(x, sum_of(x) / static_cast<double>(x.size()));
  const double power = rho[0];
  if (power <= 0) return {};
  for (double& r : rho) r /= power;
  return rho;
}

/// 1 + 2 Σ f(k) over pairs of neighbours while their sum is positive.
template <typename F>
double correlation_time(std::size_t n, F f) {
  double sum = -1;
  for (std::size_t k = 0; k + 1 < n; k += 2) {
    const double pair = f(k) + f(k + 1);
    if (pair <= 0) break;
    sum += 2 * pair;
  }
  return sum;
}

double bounded(double n, double time) { return std::clamp(n / std::max(time, 1e-300), 1.0, n); }

}  // namespace

double effective_averages(std::span<const double> window, std::size_t hop, std::size_t segments) {
  require(hop > 0, "segments must be at least one sample apart");
  if (segments == 0) return 0;
  const auto overlap = [&](std::size_t lag) {
    double sum = 0;
    for (std::size_t i = 0; i + lag < window.size(); ++i) sum += window[i] * window[i + lag];
    return sum;
  };
  const double power = overlap(0), k = static_cast<double>(segments);
  double sum = 1;
  for (std::size_t j = 1; j < segments && j * hop < window.size(); ++j) {
    const double rho = overlap(j * hop) / power;
    sum += 2 * (1 - static_cast<double>(j) / k) * rho * rho;
  }
  return k / sum;
}

double effective_samples(std::span<const double> x) {
  if (x.size() < 2) return static_cast<double>(x.size());
  const auto rho = autocorrelation(x);
  if (rho.empty()) return 1;
  return bounded(static_cast<double>(x.size()),
                 correlation_time(rho.size(), [&](std::size_t k) { return rho[k]; }));
}

double effective_samples(std::span<const double> a, std::span<const double> b) {
  require(a.size() == b.size(), "two sequences of one length are needed, not {} and {} values",
          a.size(), b.size());
  if (a.size() < 2) return static_cast<double>(a.size());
  const auto ra = autocorrelation(a), rb = autocorrelation(b);
  if (ra.empty() || rb.empty()) return 1;
  return bounded(static_cast<double>(a.size()),
                 correlation_time(ra.size(), [&](std::size_t k) { return ra[k] * rb[k]; }));
}

double effective_events(std::span<const double> events, std::span<const double> x) {
  require(events.size() == x.size(),
          "counts and values at the same samples are needed, not {} and {}", events.size(),
          x.size());
  const double n = sum_of(events);
  if (n < 1) return 0;
  const auto rho = autocorrelation(x);
  if (rho.empty()) return 1;
  const auto together = lagged_products(events, 0);  // pairs of events by their distance
  double sum = -together[0];
  for (std::size_t k = 0; k + 1 < rho.size() && rho[k] + rho[k + 1] > 0; k += 2)
    sum += 2 * (together[k] * rho[k] + together[k + 1] * rho[k + 1]);
  return bounded(n, sum / n);
}

double coherence_threshold(double averages, double p) {
  return averages > 1 ? 1 - std::pow(p, 1 / (averages - 1)) : 1;
}

}  // namespace measures
