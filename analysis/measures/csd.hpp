// SPDX-License-Identifier: MIT
#pragma once
#include <span>
#include <vector>

namespace measures {

/// Current source density along a laminar probe, −σ Δ²φ / h² at the inner electrodes [nA/µm³]
/// (sources positive), from potentials [mV] in order of depth, `spacing_um` apart, in tissue of
/// `conductivity` [S/m]. Has two values fewer than `potential_mv`. Assumes that nothing changes
/// across the probe's axis. Throws std::invalid_argument for fewer than three electrodes.
std::vector<double> csd(std::span<const double> potential_mv, double spacing_um,
                        double conductivity = 0.3);

}  // namespace measures
