// SPDX-License-Identifier: MIT
#pragma once
#include <span>

#include "forward/geometry.hpp"

namespace lfp {

/// Current dipole moment Σ r_mid · I [nA·um] of segments with membrane currents [nA], relative to
/// the origin; the origin does not matter while the currents sum to zero. Requires one current
/// per segment.
Point dipole_moment(std::span<const Segment> segments, std::span<const double> current);

/// Far field p·r/(4πσr³) [mV] of a dipole p [nA·um] at distance r [um] from it, in a homogeneous
/// medium of conductivity sigma [S/m]. Requires r ≠ 0.
double dipole_potential(Point dipole, Point r, double sigma);

}  // namespace lfp
