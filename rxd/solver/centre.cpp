// SPDX-License-Identifier: MIT
#include <algorithm>

#include "tree.hpp"

namespace rxd {

namespace {

/// The point farthest from `start` and the way there, as the predecessor of each point.
std::size_t farthest(const std::vector<std::vector<std::size_t>>& neighbours, std::size_t start,
                     std::vector<std::size_t>& order, std::vector<std::size_t>& before) {
  order = {start};
  before.assign(neighbours.size(), start);
  for (std::size_t k = 0; k < order.size(); ++k)
    for (const std::size_t next : neighbours[order[k]])
      if (next != before[order[k]]) {
        before[next] = order[k];
        order.push_back(next);
      }
  return order.back();
}

}  // namespace

Tree centred(const Tree& tree) {
  const std::size_t count = tree.points.size();
  std::vector<std::vector<std::size_t>> neighbours(count);
  for (std::size_t i = 0; i < count; ++i)
    if (tree.points[i].parent >= 0) {
      neighbours[i].push_back(static_cast<std::size_t>(tree.points[i].parent));
      neighbours[static_cast<std::size_t>(tree.points[i].parent)].push_back(i);
    }
  std::vector<std::size_t> order, before;
  const std::size_t one_end = farthest(neighbours, 0, order, before);
  std::vector<std::size_t> longest{farthest(neighbours, one_end, order, before)};
  while (longest.back() != one_end) longest.push_back(before[longest.back()]);
  std::size_t centre = longest.size() / 2;
  // Ends are middles of segments, so one is always found.
  while (tree.points[longest[centre]].segment == Point::none) ++centre;
  farthest(neighbours, longest[centre], order, before);

  std::vector<std::size_t> place(count);
  for (std::size_t k = 0; k < count; ++k) place[order[k]] = k;
  Tree result;
  for (std::size_t k = 0; k < count; ++k) {
    const std::size_t old = order[k], above = before[old];
    Point point{tree.points[old].segment, Point::none, {}};
    if (k > 0) {
      point.parent = static_cast<std::ptrdiff_t>(place[above]);
      const bool same_way = tree.points[old].parent == static_cast<std::ptrdiff_t>(above);
      point.edge = tree.points[same_way ? old : above].edge;
    }
    result.points.push_back(point);
  }
  for (const std::size_t p : tree.point_of) {
    result.point_of.push_back(place[p]);
    const auto parent = tree.points[p].parent;
    result.near.push_back(
        parent < 0 ? Point::none
                   : static_cast<std::ptrdiff_t>(place[static_cast<std::size_t>(parent)]));
  }
  return result;
}

}  // namespace rxd
