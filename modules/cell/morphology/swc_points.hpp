// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "morphology/morphology.hpp"

namespace cell {

/// One line of an SWC file.
struct SwcPoint {
  long id = 0;
  int type = 0;
  Point at;
  long parent_id = -1;
  int line = 0;
  int parent = -1;            ///< Index of the parent, -1 for the root.
  std::vector<int> children;  ///< In the order of the file.
};

/// The points of a file as one tree.
struct SwcTree {
  std::string name;
  std::vector<SwcPoint> points;
  int root = 0;
  int trees = 1;  ///< In the file; those beside the soma's hang on its first point.
};

/// Reads a file's points and begins at its soma. Throws as read_swc does.
SwcTree read_points(std::string_view text, const std::string& name);

/// The section that the soma points make (swc.hpp has the rules) and, through `is_soma`, which
/// points those are.
Section soma_section(const SwcTree& tree, std::vector<char>& is_soma);

}  // namespace cell
