// SPDX-License-Identifier: MIT
#pragma once
#include <vector>

#include "measures/csd.hpp"
#include "study/recording.hpp"

namespace study {

/// The electrodes of a signal on their line; `order` counts the signal's elements.
struct Probe : measures::ProbeLine {
  const Signal* signal = nullptr;
};

/// The electrodes of a signal, sorted along the axis on which they spread most. Throws
/// tutti::Error{usage} where the signal has no positions.
Probe probe_of(const Signal& signal);

/// Potentials or densities over depth and time.
struct DepthProfile {
  std::vector<double> time_ms;
  std::vector<double> depth_um;
  std::vector<std::vector<double>> rows;  ///< depth × time
};

/// The potentials [mV] of a probe within a range.
DepthProfile potentials(const Probe& probe, const Range& range);

/// Their current source density [uA/mm3], sources positive, at the inner electrodes. Throws
/// tutti::Error{usage} unless there are three electrodes at even distances.
DepthProfile current_density(const Probe& probe, const Range& range, double conductivity);

}  // namespace study
