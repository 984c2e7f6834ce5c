// SPDX-License-Identifier: MIT
#pragma once
#include <span>
#include <vector>

#include "forward/geometry.hpp"

namespace lfp {

/// The distance [um] of neighbours on a laminar probe. Throws std::invalid_argument, naming the
/// contact, unless there are at least three, on one straight line, in order, equally far apart (to
/// a thousandth).
double laminar_spacing(std::span<const Electrode> electrodes);

/// The second difference -σ (before - 2 here + after) / h² of three rows or potentials: an estimate
/// of the current source density [nA/um3, sources positive] from potentials [mV] at contacts
/// `spacing` [um] apart, in tissue of `conductivity` [S/m] along the probe. It takes it that
/// nothing changes across the probe's axis (Nicholson and Freeman 1975).
std::vector<double> source_density(std::span<const double> before, std::span<const double> here,
                                   std::span<const double> after, double spacing,
                                   double conductivity);

}  // namespace lfp
