// SPDX-License-Identifier: MIT
#include "cable.hpp"

namespace rxd {

/// Gives every point without volume the value at which its fluxes add up to zero, which is a small
/// system of its own along the tree where such points are neighbours.
void Cable::settle_junctions() {
  if (!has_junctions_) return;
  std::vector<double> right(points()), diagonal(points());
  for (std::size_t k = 0; k < network_.mobile(); ++k) {
    const double* g = &balance_.conductance[k * points()];
    const double* sizes = &balance_.size[k * points()];
    double* v = balance_.row(balance_.value, k);
    const auto junction = [&](std::size_t i) { return sizes[i] <= 0 && diagonal[i] > 0; };
    for (std::size_t i = 0; i < points(); ++i) {
      right[i] = 0;
      diagonal[i] = balance_.total_conductance[k * points() + i];
    }
    for (std::size_t i = points(); i-- > 1;) {
      const auto p = static_cast<std::size_t>(tree_.points[i].parent);
      if (junction(i) && junction(p)) {
        const double f = g[i] / diagonal[i];
        diagonal[p] -= f * g[i];
        right[p] += f * right[i];
      } else if (junction(i)) {
        right[i] += g[i] * v[p];
      } else if (junction(p)) {
        right[p] += g[i] * v[i];
      }
    }
    for (std::size_t i = 1; i < points(); ++i) {
      if (!junction(i)) continue;
      const auto p = static_cast<std::size_t>(tree_.points[i].parent);
      v[i] = (right[i] + (junction(p) ? g[i] * v[p] : 0)) / diagonal[i];
    }
  }
}

}  // namespace rxd
