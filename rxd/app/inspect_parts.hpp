// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "app/cells.hpp"
#include "app/tissue.hpp"
#include "solver/network.hpp"

/// Parts of what `--inspect` says.
namespace tutti::rxd_app {

/// Rates and equations as they were understood.
std::string equations(const ::rxd::Network& network);

/// Time constants at the initial state, from the derivatives at `count` places.
std::string stiffness(const ::rxd::Network& network, std::size_t count,
                      const std::function<std::vector<double>(std::size_t)>& jacobian);

/// Dark blue to yellow, for a part in [0, 1].
std::string colour(double part);

/// What the colours of a picture of a variable mean, as SVG, in a line of letters of `size` whose
/// foot is at (x, y).
std::string legend(const ::rxd::Network& network, std::size_t variable, double low, double high,
                   double x, double y, double size);

/// The longest of 1, 2, 5, 10, 20 ... um that is not longer.
double round_length(double at_most);

/// Regions, species, equations and stiffness of a model on cables.
std::string inspect_cells(const ::rxd::Network& network, const Cells& cells);

/// All segments seen along z, as SVG, coloured by the initial value of a variable.
std::string picture_cells(const ::rxd::Network& network, const Cells& cells,
                          const ElementTable& table, std::size_t variable);

/// The same of a model on voxels: how many, in how many pieces, with what volumes and surfaces.
std::string inspect_tissue(const ::rxd::Network& network, const Tissue& tissue);

/// Slices of the voxels of the first cell, or of the space, through the middle of the largest
/// cross-section along each axis, as SVG, coloured by the initial value of a variable; a voxel of
/// which a part is inside is drawn as that part.
std::string picture_tissue(const ::rxd::Network& network, const Tissue& tissue,
                           std::size_t variable);

}  // namespace tutti::rxd_app
