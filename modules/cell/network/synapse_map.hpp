// SPDX-License-Identifier: MIT
#pragma once
#include <vector>

namespace cell {

/// How densely synapses lie, at the points of a grid in the plane of x and y, or along y alone:
/// what laser scanning photostimulation measures.
struct SynapseMap {
  std::vector<double> x{};       ///< [um] from the soma, ascending; none where only y counts.
  std::vector<double> y{};       ///< [um] ascending.
  std::vector<double> values{};  ///< x × y, in relation to each other.
  double soma_y = 0;             ///< Where on y the soma lies. [um]
  bool by_depth = false;         ///< y is that of space, wherever the soma is.

  /// At a place in the map's own coordinates: linear between points, and beyond the outermost as at
  /// the nearest edge. Requires a value for each point.
  double at(double place_x, double place_y) const;
};

}  // namespace cell
