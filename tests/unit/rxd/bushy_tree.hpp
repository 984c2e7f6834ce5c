// SPDX-License-Identifier: MIT
#pragma once
#include <vector>

#include "cables.hpp"

namespace test {

/// A tree with everything: taper, three branches at one point, one at a middle, one at a root's
/// near end.
inline std::vector<rxd::Segment> bushy_tree() {
  auto all = cylinder(5, 20, 3);
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].d0 = 3 - 0.4 * static_cast<double>(i);
    all[i].d1 = all[i].d0 - 0.4;
  }
  add_cylinder(all, 7, 30, 0.8, 4);
  add_cylinder(all, 4, 10, 1.3, 4);
  add_cylinder(all, 3, 12, 0.5, 4);
  add_cylinder(all, 6, 18, 0.7, 2, 0.5);
  add_cylinder(all, 3, 9, 0.9, 0, 0);
  add_cylinder(all, 3, 9, 1.1, 0, 0);
  return all;
}

}  // namespace test
