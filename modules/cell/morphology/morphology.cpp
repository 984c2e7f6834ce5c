// SPDX-License-Identifier: MIT
#include "morphology/morphology.hpp"

#include <cmath>

namespace cell {

const char* region_name(int swc_type) {
  switch (swc_type) {
    case soma:
      return "soma";
    case axon:
      return "axon";
    case apic:
      return "apic";
    default:
      return "dend";
  }
}

double distance(const Point& a, const Point& b) {
  return std::hypot(b.x - a.x, b.y - a.y, b.z - a.z);
}

double Section::length() const {
  double sum = 0;
  for (std::size_t i = 1; i < points.size(); ++i) sum += distance(points[i - 1], points[i]);
  return sum;
}

Morphology without_axon(const Morphology& whole) {
  Morphology kept{whole.source, {}};
  std::vector<int> place(whole.sections.size(), -1);
  for (std::size_t i = 0; i < whole.sections.size(); ++i) {
    const auto& section = whole.sections[i];
    const bool orphan = section.parent >= 0 && place[static_cast<std::size_t>(section.parent)] < 0;
    if (orphan || (section.type == axon && section.parent >= 0)) continue;
    place[i] = static_cast<int>(kept.sections.size());
    kept.sections.push_back(section);
    if (section.parent >= 0)
      kept.sections.back().parent = place[static_cast<std::size_t>(section.parent)];
  }
  return kept;
}

Morphology with_axon_stub(const Morphology& whole) {
  constexpr double length = 30, diameter = 1;  // [um]
  Morphology result = without_axon(whole);
  const auto& body = result.sections.front().points;
  const Point from = body[body.size() / 2];
  double y = from.y - result.sections.front().length() / 2;
  int parent = 0;
  double at = 0.5;
  for (int k = 0; k < 2; ++k) {
    Section stub{"axon_stub[" + std::to_string(k) + "]", axon, parent, at, {}};
    stub.points = {{from.x, y, from.z, diameter}, {from.x, y - length, from.z, diameter}};
    y -= length;
    parent = static_cast<int>(result.sections.size());
    at = 1;
    result.sections.push_back(std::move(stub));
  }
  return result;
}

}  // namespace cell
