// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "app/specification.hpp"
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

/// inspect() of a model on voxels: how many, in how many pieces, with what volumes and surfaces.
std::string inspect_voxels(const Specification& specification, const ::rxd::Network& network);

/// Slices of the voxels through the middle of the largest cross-section along each axis, as SVG,
/// coloured by the initial value of a variable; a voxel of which a part is inside is drawn as that
/// part.
std::string picture_voxels(const Specification& specification, const ::rxd::Network& network,
                           std::size_t variable);

}  // namespace tutti::rxd_app
