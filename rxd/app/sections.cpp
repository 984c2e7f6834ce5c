// SPDX-License-Identifier: MIT
#include "app/sections.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace tutti::rxd_app {

namespace {

using Point = std::array<double, 3>;

struct Columns {
  std::vector<std::int64_t> cell, section, segment, type, parent;
  std::vector<double> parent_at, length, d0, d1, diameter, area, volume;
  std::array<std::vector<double>, 3> from, to;
};

/// Lateral area of a frustum and its volume.
double area(double length, double d0, double d1) {
  return std::numbers::pi * (d0 + d1) / 2 * std::hypot(length, (d1 - d0) / 2);
}
double volume(double length, double d0, double d1) {
  return std::numbers::pi / 12 * length * (d0 * d0 + d0 * d1 + d1 * d1);
}

/// Where a section hangs: the segment, counted within the cell, and the place on it.
std::pair<std::int64_t, double> hook(const Section& parent, std::int64_t first, double at) {
  if (at <= 0) return {first, 0};
  const double place = at * static_cast<double>(parent.segments);
  const auto k = static_cast<std::int64_t>(std::ceil(place - 1e-9)) - 1;
  return {first + k, std::min(1.0, place - static_cast<double>(k))};
}

void add_cell(Columns& to, const std::vector<Section>& sections, std::uint64_t cell) {
  const auto base = static_cast<std::int64_t>(to.cell.size());
  std::vector<std::int64_t> first;  // segment of each section, within the cell
  std::vector<Point> begins;
  for (const Section& s : sections) {
    const auto own = static_cast<std::int64_t>(to.cell.size()) - base;
    Point begin{0, 100 * static_cast<double>(cell), 0};
    std::int64_t parent = -1;
    double parent_at = 1;
    if (s.parent >= 0) {
      const auto p = static_cast<std::size_t>(s.parent);
      const auto [segment, at] = hook(sections[p], first[p], s.at);
      parent = base + segment;
      parent_at = at;
      for (std::size_t k = 0; k < 3; ++k)
        begin[k] = begins[p][k] + s.at * sections[p].length * sections[p].direction[k];
    }
    if (s.begin) {
      begin = *s.begin;
      begin[1] += 100 * static_cast<double>(cell);
    }
    for (std::int64_t n = 0; n < s.segments; ++n) {
      const double from = static_cast<double>(n) / static_cast<double>(s.segments);
      const double end = static_cast<double>(n + 1) / static_cast<double>(s.segments);
      const double length = s.length / static_cast<double>(s.segments);
      const double d0 = s.d0 + (s.d1 - s.d0) * from, d1 = s.d0 + (s.d1 - s.d0) * end;
      to.cell.push_back(static_cast<std::int64_t>(cell));
      to.section.push_back(&s - sections.data());
      to.segment.push_back(n);
      to.type.push_back(s.type);
      to.parent.push_back(n == 0 ? parent : base + own + n - 1);
      to.parent_at.push_back(n == 0 ? parent_at : 1);
      to.length.push_back(length);
      to.d0.push_back(d0);
      to.d1.push_back(d1);
      to.diameter.push_back((d0 + d1) / 2);
      to.area.push_back(area(length, d0, d1));
      to.volume.push_back(volume(length, d0, d1));
      for (std::size_t k = 0; k < 3; ++k) {
        to.from[k].push_back(begin[k] + from * s.length * s.direction[k]);
        to.to[k].push_back(begin[k] + end * s.length * s.direction[k]);
      }
    }
    first.push_back(own);
    begins.push_back(begin);
  }
}

}  // namespace

ElementTable segments_of_sections(const std::vector<Section>& cell, std::uint64_t cells) {
  Columns all;
  for (std::uint64_t c = 0; c < cells; ++c) add_cell(all, cell, c);
  ElementTable table;
  table.kind = "segment";
  table.ids = Elements::range(0, all.cell.size());
  table.set("cell", all.cell);
  table.set("section", all.section);
  table.set("segment", all.segment);
  table.set("swc_type", all.type);
  table.set("parent", all.parent);
  table.set("parent_at", "", all.parent_at);
  const std::array axes{"x", "y", "z"};
  for (std::size_t k = 0; k < 3; ++k) {
    table.set(std::string{axes[k]} + "0", "um", all.from[k]);
    table.set(std::string{axes[k]} + "1", "um", all.to[k]);
  }
  table.set("d0", "um", all.d0);
  table.set("d1", "um", all.d1);
  table.set("diameter", "um", all.diameter);
  table.set("length", "um", all.length);
  table.set("area", "um2", all.area);
  table.set("volume", "um3", all.volume);
  return table;
}

}  // namespace tutti::rxd_app
