// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <numbers>

#include "morphology/swc_points.hpp"

namespace cell {
namespace {

constexpr double pi = std::numbers::pi;

/// A cylinder as long as it is wide, upright about a centre.
std::vector<Point> cylinder(const Point& centre, double diameter) {
  Point below = centre, middle = centre, above = centre;
  below.y -= diameter / 2;
  above.y += diameter / 2;
  below.d = middle.d = above.d = diameter;
  return {below, middle, above};
}

double frustum_area(const Point& a, const Point& b) {
  return pi * (a.d + b.d) / 2 * std::hypot((a.d - b.d) / 2, distance(a, b));
}

/// NeuroMorpho's three points: a centre, and two more a radius away on either side.
bool is_three_point(const std::vector<const SwcPoint*>& s) {
  if (s.size() != 3 || s[0]->children.size() < 2) return false;
  if (s[1]->parent != s[2]->parent || s[1]->parent_id != s[0]->id) return false;
  const double r = s[0]->at.d / 2;
  return std::abs(distance(s[0]->at, s[1]->at) - r) < 0.05 * r &&
         std::abs(distance(s[0]->at, s[2]->at) - r) < 0.05 * r &&
         std::abs(distance(s[1]->at, s[2]->at) - 2 * r) < 0.1 * r;
}

/// A chain that comes back to its beginning around an area, drawn with a thin pen.
bool is_outline(const std::vector<Point>& chain, double length) {
  if (chain.size() < 5) return false;
  double widest = 0;
  for (const auto& p : chain) widest = std::max(widest, p.d);
  const double spacing = length / static_cast<double>(chain.size() - 1);
  return distance(chain.front(), chain.back()) < 2 * spacing && length > 3 * widest;
}

}  // namespace

Section soma_section(const SwcTree& tree, std::vector<char>& is_soma) {
  is_soma.assign(tree.points.size(), 0);
  std::vector<const SwcPoint*> body;
  std::vector<int> open{tree.root};
  bool branches = false;
  while (!open.empty()) {
    const auto i = static_cast<std::size_t>(open.back());
    open.pop_back();
    is_soma[i] = 1;
    body.push_back(&tree.points[i]);
    int next = 0;
    const auto& children = tree.points[i].children;
    for (auto child = children.rbegin(); child != children.rend(); ++child)
      if (tree.points[static_cast<std::size_t>(*child)].type == soma)
        open.push_back(*child), ++next;
    branches = branches || next > 1;
  }
  Section section{"soma[0]", soma, -1, 0, {}};
  std::vector<Point> chain;
  for (const auto* p : body) chain.push_back(p->at);
  double length = 0, area = 0;
  for (const auto* p : body) {
    if (p->parent < 0) continue;
    const auto& above = tree.points[static_cast<std::size_t>(p->parent)].at;
    length += distance(above, p->at);
    area += frustum_area(above, p->at);
  }
  Point centre{};
  for (const auto& p : chain) {
    const auto n = static_cast<double>(chain.size());
    centre.x += p.x / n, centre.y += p.y / n, centre.z += p.z / n;
  }
  if (chain.size() == 1 || length < 1e-9)
    section.points = cylinder(chain.front(), chain.front().d);
  else if (is_three_point(body))
    section.points = {chain[1], chain[0], chain[2]};
  else if (branches)
    section.points = cylinder(centre, std::sqrt(area / pi));
  else if (is_outline(chain, length + distance(chain.front(), chain.back())))
    section.points = cylinder(centre, (length + distance(chain.front(), chain.back())) / pi);
  else
    section.points = chain;
  return section;
}

}  // namespace cell
