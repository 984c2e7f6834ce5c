// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "morphology/morphology.hpp"

namespace cell {

using SwcPoint = swc::Point;
/// The points of a file as one tree: other trees hang on the soma's first point.
using SwcTree = swc::Tree;

/// Reads a file's points and begins at its soma. Throws as read_swc does.
SwcTree read_points(std::string_view text, const std::string& name);

/// The section that the soma points make (swc.hpp has the rules) and, through `is_soma`, which
/// points those are.
Section soma_section(const SwcTree& tree, std::vector<char>& is_soma);

}  // namespace cell
