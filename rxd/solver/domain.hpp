// SPDX-License-Identifier: MIT
#pragma once
#include <span>
#include <vector>

#include "network.hpp"
#include "tree.hpp"

namespace rxd {

/// Which regions are at which points of a tree, how large they are there, and how they conduct.
struct Domain {
  std::vector<double> position;     ///< [positions][points]; see Network::positions
  std::vector<double> size;         ///< [regions][points], um3 or um2; 0 where a region is absent
  std::vector<double> conductance;  ///< [mobile][points], to the parent [um3/ms]
};

/// Lays the regions of a network out on a tree.
Domain lay_out(const Network& network, std::span<const Segment> segments, const Tree& tree);

/// Whether a selection, its condition compiled, means a segment.
bool selects(const Network& network, const Selection& where, Expr condition,
             const Segment& segment);

/// The value at a segment of an expression that reads positions (and driven parameters, which are
/// at their initial values).
double value_at(const Network& network, Expr expression, const Segment& segment);

/// What a variable's diffusion constant is multiplied with at a segment. Throws Error where it is
/// negative or not finite.
double profile_at(const Network& network, const Variable& variable, const Segment& segment);

}  // namespace rxd
