// SPDX-License-Identifier: MIT
#include "morphology/swc_points.hpp"

namespace cell {
namespace {

/// Makes the first soma point that hangs on something else the root, by turning the way to it.
void begin_at_soma(SwcTree& tree) {
  auto& points = tree.points;
  if (points[static_cast<std::size_t>(tree.root)].type == soma) return;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (points[i].type != soma) continue;
    int child = static_cast<int>(i), above = points[i].parent;
    tree.root = child;
    points[i].parent = -1;
    while (above >= 0) {
      auto& p = points[static_cast<std::size_t>(above)];
      const int next = p.parent;
      std::erase(p.children, child);
      points[static_cast<std::size_t>(child)].children.push_back(above);
      p.parent = child;
      child = above;
      above = next;
    }
    return;
  }
  points[static_cast<std::size_t>(tree.root)].type = soma;  // no soma at all
}

/// Trees beside the one that has the soma hang on it, as if each were a dendrite of it.
void join_trees(SwcTree& tree) {
  const int home = tree.root;
  std::vector<char> at_home(tree.points.size(), 0);
  std::vector<int> open{home};
  while (!open.empty()) {
    const auto i = static_cast<std::size_t>(open.back());
    open.pop_back();
    at_home[i] = 1;
    for (const int child : tree.points[i].children) open.push_back(child);
  }
  for (std::size_t i = 0; i < tree.points.size(); ++i) {
    auto& p = tree.points[i];
    if (p.parent_id >= 0 || at_home[i] != 0) continue;
    p.parent = home;
    tree.points[static_cast<std::size_t>(home)].children.push_back(static_cast<int>(i));
  }
}

}  // namespace

SwcTree read_points(std::string_view text, const std::string& name) {
  auto tree = swc::read_points(text, name);
  begin_at_soma(tree);
  if (tree.trees > 1) join_trees(tree);
  return tree;
}

}  // namespace cell
