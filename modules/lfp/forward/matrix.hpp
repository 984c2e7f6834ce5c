// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <span>

#include "forward/geometry.hpp"
#include "forward/rows.hpp"
#include "forward/source.hpp"

namespace lfp {

/// The forward matrix, electrodes × segments [mV/nA]: potentials are the matrix times the membrane
/// currents.
class ForwardMatrix {
 public:
  /// Throws std::invalid_argument where the medium is not one, or, in layers, something lies
  /// outside the tissue; it says which electrode or segment.
  ForwardMatrix(std::span<const Electrode> electrodes, std::span<const Segment> segments,
                const Medium& medium, Method method);

  /// One electrode's row [mV/nA], by segment.
  std::span<const double> row(std::size_t electrode) const { return rows_.row(electrode); }

  /// Writes each electrode's potential [mV] for `current` [nA] of every segment. Requires spans of
  /// as many values as there are segments and electrodes.
  void apply(std::span<const double> current, std::span<double> potential) const {
    rows_.apply(current, potential);
  }

 private:
  Rows rows_;
};

}  // namespace lfp
