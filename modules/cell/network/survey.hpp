// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "network/atlas.hpp"

namespace cell {

/// How some numbers are spread.
struct Spread {
  double number = 0, mean = 0, deviation = 0, least = 0, most = 0;
  static constexpr std::size_t most_bins = 24;
  std::vector<double> counts{};  ///< Evenly from least to most; whole numbers in bins of their own.

  static Spread of(const std::vector<double>& values);
};

/// What one projection makes.
struct ProjectionSurvey {
  const Projection* projection = nullptr;
  std::uint64_t connections = 0;
  std::uint64_t synapses = 0;  ///< More than connections where each has several.
  Spread in_degree, out_degree, weight, delay_ms;
  /// Connections by source population, of all populations.
  std::vector<std::uint64_t> by_source{};
};

/// A network as it will be built, without building it.
struct Survey {
  std::vector<ProjectionSurvey> projections;
  /// [source population][target population]
  std::vector<std::vector<std::uint64_t>> matrix;
  std::uint64_t connections = 0, synapses = 0;
};

/// Makes all connections inside the network once, on one rank, and counts them.
Survey survey(const Atlas& atlas);

}  // namespace cell
