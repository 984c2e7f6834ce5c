// SPDX-License-Identifier: MIT
#include "domain.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace rxd {

namespace {

std::array<double, Network::positions.size()> place_of(const Segment& s) {
  return {s.centre[0], s.centre[1], s.centre[2], (s.d0 + s.d1) / 2, s.length};
}

template <typename T, typename U>
bool listed(const std::vector<T>& all, const U& one) {
  return all.empty() || std::ranges::find(all, one) != all.end();
}

double size_of(const Region& region, const Segment& s) {
  switch (region.geometry) {
    case Region::Geometry::volume:
    case Region::Geometry::distributed:
      return region.scale * s.volume;
    case Region::Geometry::membrane:
      return region.scale * s.area;
    case Region::Geometry::scalable_border:
      return region.scale * s.length * (s.d0 + s.d1) / 2;
    case Region::Geometry::cross_section:
    case Region::Geometry::perimeter:
      return region.scale * s.length;
  }
  return 0;
}

/// Integral of dx / cross-section over a piece of a region [1/um].
double resistance_of(const Region& region, const Edge::Piece& piece) {
  const double share = region.conducting > 0 ? region.conducting : region.scale;
  return (region.geometry == Region::Geometry::cross_section ? piece.length : piece.resistance) /
         share;
}

}  // namespace

double value_at(const Network& network, Expr expression, const Segment& segment) {
  const std::size_t n = network.variables().size();
  const auto place = place_of(segment);
  std::vector<double> inputs(network.inputs());
  std::ranges::copy(place, inputs.begin() + static_cast<std::ptrdiff_t>(n));
  const std::size_t first = n + place.size();
  for (std::size_t k = 0; k < network.driven().size(); ++k)
    inputs[first + k] = network.pool().evaluate(network.driven()[k].initial, inputs);
  return network.pool().evaluate(expression, inputs);
}

double profile_at(const Network& network, const Variable& variable, const Segment& segment) {
  const double value = value_at(network, variable.profile, segment);
  if (value >= 0 && std::isfinite(value)) return value;
  throw Error{"the diffusion of '" + variable.name + "' is " + std::to_string(value) +
              " um2/ms at (" + std::to_string(segment.centre[0]) + ", " +
              std::to_string(segment.centre[1]) + ", " + std::to_string(segment.centre[2]) +
              ") um: a number of at least 0 is needed"};
}

bool selects(const Network& network, const Selection& where, Expr condition,
             const Segment& segment) {
  if (!listed(where.types, segment.type) || !listed(where.cells, segment.cell) ||
      !listed(where.sections, segment.section))
    return false;
  if (network.pool().is_constant(condition)) return !network.pool().is_constant(condition, 0);
  return value_at(network, condition, segment) != 0;
}

Domain lay_out(const Network& network, std::span<const Segment> segments, const Tree& tree) {
  const auto& regions = network.model().regions;
  const std::size_t points = tree.points.size();
  std::vector<std::vector<bool>> covers(regions.size());
  for (std::size_t r = 0; r < regions.size(); ++r)
    for (const Segment& s : segments)
      covers[r].push_back(selects(network, regions[r].where, network.region_condition(r), s));
  Domain domain;
  domain.position.resize(Network::positions.size() * points);
  domain.size.resize(regions.size() * points);
  domain.conductance.resize(network.mobile() * points);
  for (std::size_t i = 0; i < points; ++i) {
    const Point& point = tree.points[i];
    const bool branch = point.segment == Point::none;
    const std::size_t s =
        branch ? point.edge.piece[0].segment : static_cast<std::size_t>(point.segment);
    const auto place = place_of(segments[s]);
    for (std::size_t k = 0; k < place.size(); ++k) domain.position[k * points + i] = place[k];
    for (std::size_t r = 0; r < regions.size(); ++r)
      if (!branch && covers[r][s]) domain.size[r * points + i] = size_of(regions[r], segments[s]);
    for (std::size_t k = 0; k < network.mobile(); ++k) {
      const Variable& v = network.variables()[k];
      double resistance = 0;
      bool open = point.edge.pieces > 0;
      for (std::size_t piece = 0; piece < point.edge.pieces; ++piece) {
        open = open && covers[v.region][point.edge.piece[piece].segment];
        const double profile =
            network.pool().is_constant(v.profile)
                ? network.pool().node(v.profile).value
                : profile_at(network, v, segments[point.edge.piece[piece].segment]);
        open = open && profile > 0;
        resistance += resistance_of(regions[v.region], point.edge.piece[piece]) / profile;
      }
      domain.conductance[k * points + i] = open ? v.diffusion / resistance : 0;
    }
  }
  return domain;
}

}  // namespace rxd
