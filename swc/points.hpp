// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <string_view>
#include <vector>

/// Reconstructions in SWC, as lines and links: what they mean is for their readers to say.
namespace swc {

/// Where a point is [um], and the diameter there [um].
struct Place {
  double x = 0, y = 0, z = 0;
  double d = 0;
  friend bool operator==(const Place&, const Place&) = default;
};

/// One line of a file.
struct Point {
  long id = 0;
  int type = 0;
  Place at;
  long parent_id = -1;
  int line = 0;
  int parent = -1;            ///< Index of the parent, -1 for a root.
  std::vector<int> children;  ///< In the order of the file.
};

/// The points of a file, linked.
struct Tree {
  std::string name;  ///< Of the file.
  std::vector<Point> points;
  int root = 0;   ///< The first that is of a soma, or the first.
  int trees = 1;  ///< Roots in the file.
};

/// Reads lines of seven numbers, parted by white space or commas, `#` begins a comment. Throws
/// Error{config} that names line and column: what is no number, a radius of 0, a point that is
/// there twice, a parent that is not, a loop, a length that no cell has.
Tree read_points(std::string_view text, const std::string& name);

}  // namespace swc
