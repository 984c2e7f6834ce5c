// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <vector>

#include "app/sections.hpp"

namespace tutti::rxd_app {

/// A reconstruction in SWC as sections, one for each point and its parent, cut into segments no
/// longer than `longest_um`. A single soma point is a cylinder as long as it is wide; a dendrite
/// hangs on the soma where its first point's parent is and begins at its first point, with no taper
/// in between. Sections are named after the point at their far end. Throws Error{config} that names
/// file and line.
std::vector<Section> read_swc(const std::filesystem::path& file, double longest_um);

}  // namespace tutti::rxd_app
