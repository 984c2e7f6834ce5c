// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "forward/geometry.hpp"
#include "forward/source.hpp"

namespace lfp {

/// The forward matrix, electrodes × segments [mV/nA]: potentials are the matrix times the membrane
/// currents. Each electrode's sum has an order that depends on the number of segments alone, so
/// that electrodes may be spread over processes in any way.
class ForwardMatrix {
 public:
  /// Throws std::invalid_argument where the medium is not one, or, in layers, something lies
  /// outside the tissue; it says which electrode or segment.
  ForwardMatrix(std::span<const Electrode> electrodes, std::span<const Segment> segments,
                const Medium& medium, Method method);

  std::size_t electrodes() const { return electrodes_; }
  std::size_t segments() const { return segments_; }

  /// One electrode's row [mV/nA], by segment.
  std::span<const double> row(std::size_t electrode) const {
    return {values_.data() + electrode * segments_, segments_};
  }

  /// Writes each electrode's potential [mV] for `current` [nA] of every segment. Requires spans of
  /// as many values as there are segments and electrodes.
  void apply(std::span<const double> current, std::span<double> potential) const;

 private:
  std::size_t electrodes_;
  std::size_t segments_;
  std::vector<double> values_;  // electrodes × segments
};

}  // namespace lfp
