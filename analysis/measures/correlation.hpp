// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace measures {

/// Pearson's coefficient of two sequences of one length, spike counts in bins for one. NaN where
/// one of them does not vary. Throws std::invalid_argument where lengths differ.
double correlation(std::span<const double> a, std::span<const double> b);

/// Pearson's coefficient of a(t) with b(t + lag) for lag = −max_lag … max_lag, in samples: a peak
/// at a positive lag means that b follows a. Means and variances are those of the whole sequences.
std::vector<double> cross_correlation(std::span<const double> a, std::span<const double> b,
                                      std::size_t max_lag);

/// The mean of Pearson's coefficient over all pairs of trains; those that never vary are left out.
struct PairwiseCorrelation {
  double mean = 0;        ///< NaN without a pair
  std::size_t pairs = 0;  ///< how many pairs stand behind it
};
PairwiseCorrelation pairwise_correlation(std::span<const std::vector<double>> trains);

/// Synchrony χ of a population (Golomb 2007): standard deviation of the mean over that of the
/// members (root mean square). 1 when all do the same, about 1/√n when they are independent.
double synchrony(std::span<const std::vector<double>> trains);

}  // namespace measures
