// SPDX-License-Identifier: MIT
#include "morphology/stylised.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "tutti/error.hpp"

namespace cell {
namespace {

using tutti::Error;
using tutti::Fault;
using Direction = std::array<double, 3>;

void check(const Stylised& s, const std::string& source) {
  if (!(s.length > 0) || !(s.diameter > 0) || !std::isfinite(s.length) ||
      !std::isfinite(s.diameter))
    throw Error{
        Fault::config, "{}: section {} has length {} um and diameter {} um, both must be above 0",
        source,        s.name,
        s.length,      s.diameter};
  if (!(s.parent_x >= 0 && s.parent_x <= 1))
    throw Error{Fault::config, "{}: section {} begins at {} of {}, that must be 0 to 1",
                source,        s.name,
                s.parent_x,    s.parent};
  if (s.direction && !(std::hypot((*s.direction)[0], (*s.direction)[1], (*s.direction)[2]) > 0))
    throw Error{Fault::config, "{}: section {} has no direction: at least one number must not be 0",
                source, s.name};
}

/// Indices with parents before children, the root first.
std::vector<std::size_t> ordered(const std::vector<Stylised>& sections, const std::string& source) {
  std::map<std::string, std::size_t> place;
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < sections.size(); ++i) {
    const auto& s = sections[i];
    check(s, source);
    if (!place.emplace(s.name, i).second)
      throw Error{Fault::config, "{}: section {} is there twice", source, s.name};
    if (!s.parent.empty()) continue;
    if (!order.empty())
      throw Error{Fault::config, "{}: sections {} and {} have no parent; only one may", source,
                  sections[order.front()].name, s.name};
    order.push_back(i);
  }
  for (const auto& s : sections)
    if (!s.parent.empty() && !place.contains(s.parent))
      throw Error{Fault::config, "{}: parent {} of section {} is not there", source, s.parent,
                  s.name};
  if (order.empty())
    throw Error{Fault::config, "{}: no section without a parent; one must be the root", source};
  std::vector<char> placed(sections.size(), 0);
  for (std::size_t k = 0; k < order.size(); ++k) {
    placed[order[k]] = 1;
    for (std::size_t i = 0; i < sections.size(); ++i)
      if (sections[i].parent == sections[order[k]].name) order.push_back(i);
  }
  for (std::size_t i = 0; i < sections.size(); ++i)
    if (!placed[i])
      throw Error{Fault::config, "{}: section {} is its own ancestor; a tree needs a root", source,
                  sections[i].name};
  return order;
}

Direction direction_of(const Stylised& s, const Direction& parent) {
  if (!s.direction) {
    if (s.type == apic) return {0, 1, 0};
    if (s.type == axon) return {0, -1, 0};
    return s.parent.empty() || s.parent_x > 0 ? parent
                                              : Direction{-parent[0], -parent[1], -parent[2]};
  }
  auto d = *s.direction;
  const double norm = std::hypot(d[0], d[1], d[2]);
  for (auto& c : d) c /= norm;
  return d;
}

}  // namespace

Morphology make_stylised(const std::vector<Stylised>& sections, const std::string& source) {
  Morphology result{source, {}};
  std::map<std::string, int> place;
  std::vector<Direction> directions;
  for (const auto i : ordered(sections, source)) {
    const auto& s = sections[i];
    Section section{s.name, s.type, -1, s.parent_x, {}, s.nseg, s.Ra, s.cm};
    Direction along{0, 1, 0};
    Point from;
    if (!s.parent.empty()) {
      section.parent = place.at(s.parent);
      const auto p = static_cast<std::size_t>(section.parent);
      along = directions[p];
      const auto &a = result.sections[p].points.front(), &b = result.sections[p].points.back();
      from = {a.x + s.parent_x * (b.x - a.x), a.y + s.parent_x * (b.y - a.y),
              a.z + s.parent_x * (b.z - a.z), 0};
    }
    const auto way = direction_of(s, along);
    from.d = s.diameter;
    section.points = {from,
                      {from.x + s.length * way[0], from.y + s.length * way[1],
                       from.z + s.length * way[2], s.diameter}};
    place[s.name] = static_cast<int>(result.sections.size());
    directions.push_back(way);
    result.sections.push_back(std::move(section));
  }
  return result;
}

}  // namespace cell
