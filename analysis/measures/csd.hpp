// SPDX-License-Identifier: MIT
#pragma once
#include <span>
#include <vector>

namespace measures {

/// Electrodes in order along the axis on which they lie farthest apart.
struct ProbeLine {
  std::vector<std::size_t> order;  ///< Of the electrodes, ascending along that axis.
  std::vector<double> along_um;    ///< Their coordinates in that order.
  double spacing_um = 0;           ///< From one to the next; 0 where they are not evenly spaced.
  char axis = 'y';

  /// Whether a second difference along it can be taken: three or more, evenly spaced.
  bool fits_csd() const { return order.size() >= 3 && spacing_um > 0; }
};

/// The line of electrodes at these coordinates [um]. Requires columns of one length.
ProbeLine probe_line(std::span<const double> x, std::span<const double> y,
                     std::span<const double> z);

/// Current source density along a laminar probe, −σ Δ²φ / h² at the inner electrodes [nA/µm³]
/// (sources positive), from potentials [mV] in order of depth, `spacing_um` apart, in tissue of
/// `conductivity` [S/m]. Has two values fewer than `potential_mv`. Assumes that nothing changes
/// across the probe's axis. Throws std::invalid_argument for fewer than three electrodes.
std::vector<double> csd(std::span<const double> potential_mv, double spacing_um,
                        double conductivity = 0.3);

}  // namespace measures
