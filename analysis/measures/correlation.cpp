// SPDX-License-Identifier: MIT
#include "measures/correlation.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>

#include "measures/fourier.hpp"
#include "measures/require.hpp"

namespace measures {

namespace {
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

double mean(std::span<const double> x) {
  double sum = 0;
  for (const double v : x) sum += v;
  return sum / static_cast<double>(x.size());
}

// Sum of squared deviations from the mean `m`.
double spread(std::span<const double> x, double m) {
  double sum = 0;
  for (const double v : x) sum += (v - m) * (v - m);
  return sum;
}

// More lags than that are faster through Fourier transforms.
constexpr std::size_t few_lags = 24;

// Σ_t (a(t) − ma)(b(t + lag) − mb) for every lag, through the transforms of both, padded so that
// ends do not meet.
std::vector<double> lagged_products(std::span<const double> a, double ma, std::span<const double> b,
                                    double mb, std::size_t max_lag) {
  ComplexFourier fourier{fast_length(a.size() + max_lag + 1)};
  auto data = fourier.data();
  std::ranges::fill(data, 0.0);
  // Both at once: the one as the real, the other as the imaginary part.
  for (std::size_t i = 0; i < a.size(); ++i) data[i] = {a[i] - ma, b[i] - mb};
  fourier.forward();
  const auto size = data.size();
  const std::vector<std::complex<double>> both(data.begin(), data.end());
  for (std::size_t k = 0; k < size; ++k) {
    const auto x = both[k], y = std::conj(both[(size - k) % size]);
    const auto first = (x + y) / 2.0, second = (x - y) / std::complex{0.0, 2.0};
    data[k] = std::conj(first) * second;
  }
  fourier.backward();
  std::vector<double> sums;
  for (std::size_t i = 0; i <= 2 * max_lag; ++i)  // lag i − max_lag
    sums.push_back(data[(size + i - max_lag) % size].real() / static_cast<double>(size));
  return sums;
}

void require_equal_length(std::span<const double> a, std::span<const double> b) {
  require(a.size() == b.size() && !a.empty(),
          "a correlation needs two sequences of one length, not {} and {} values", a.size(),
          b.size());
}
}  // namespace

std::vector<double> cross_correlation(std::span<const double> a, std::span<const double> b,
                                      std::size_t max_lag) {
  require_equal_length(a, b);
  require(max_lag < a.size(), "a lag of {} samples needs more than {} samples", max_lag, a.size());
  const double ma = mean(a), mb = mean(b);
  const double norm = std::sqrt(spread(a, ma) * spread(b, mb));
  std::vector<double> result;
  if (max_lag > few_lags) {
    for (const double sum : lagged_products(a, ma, b, mb, max_lag))
      result.push_back(norm > 0 ? sum / norm : unknown);
    return result;
  }
  const auto n = static_cast<std::ptrdiff_t>(a.size());
  const auto limit = static_cast<std::ptrdiff_t>(max_lag);
  for (std::ptrdiff_t lag = -limit; lag <= limit; ++lag) {
    double sum = 0;
    for (auto i = std::max<std::ptrdiff_t>(0, -lag); i < n && i + lag < n; ++i)
      sum += (a[static_cast<std::size_t>(i)] - ma) * (b[static_cast<std::size_t>(i + lag)] - mb);
    result.push_back(norm > 0 ? sum / norm : unknown);
  }
  return result;
}

double correlation(std::span<const double> a, std::span<const double> b) {
  require_equal_length(a, b);
  return cross_correlation(a, b, 0).front();
}

PairwiseCorrelation pairwise_correlation(std::span<const std::vector<double>> trains) {
  PairwiseCorrelation result;
  double sum = 0;
  for (std::size_t i = 0; i < trains.size(); ++i)
    for (std::size_t j = i + 1; j < trains.size(); ++j)
      if (const double r = correlation(trains[i], trains[j]); !std::isnan(r)) {
        sum += r;
        ++result.pairs;
      }
  result.mean = result.pairs > 0 ? sum / static_cast<double>(result.pairs) : unknown;
  return result;
}

double synchrony(std::span<const std::vector<double>> trains) {
  require(!trains.empty(), "synchrony needs at least one train");
  std::vector<double> population(trains.front().size());
  double members = 0;
  for (const auto& train : trains) {
    require_equal_length(train, population);
    members += spread(train, mean(train));
    for (std::size_t i = 0; i < train.size(); ++i) population[i] += train[i];
  }
  const auto n = static_cast<double>(trains.size());
  const double whole = spread(population, mean(population)) / (n * n);
  return members > 0 ? std::sqrt(whole / (members / n)) : unknown;
}

}  // namespace measures
