// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "app/inspect_parts.hpp"
#include "app/tissue.hpp"
#include "tutti/error.hpp"

namespace tutti::rxd_app {

namespace {

using ::rxd::Network;
using ::rxd::Voxels;

/// A model on voxels with segments of its own cells, alone.
struct Alone {
  ElementTable table;
  ::rxd::Links links;
  std::unique_ptr<Tissue> tissue;

  Alone(const Specification& specification, const Network& network) {
    if (!specification.cell.empty()) table = segments_of_sections(specification.cell, 1);
    if (specification.cell.empty() && specification.grid.kind == VoxelGrid::Kind::shapes)
      throw Error{Fault::config,
                  "the voxels of this model are what segments of another module fill, which are "
                  "known only in a run: give it `cells:` to look at"};
    tissue = std::make_unique<Tissue>(network, specification.grid, table, Ranks{0, 1}, 1, links,
                                      Gather{});
  }
};

/// In how many pieces voxels are, between which nothing diffuses.
std::size_t pieces(const Voxels& voxels) {
  std::vector<std::size_t> leader(voxels.size());
  std::iota(leader.begin(), leader.end(), std::size_t{0});
  const auto find = [&](std::size_t v) {
    while (leader[v] != v) v = leader[v] = leader[leader[v]];
    return v;
  };
  std::size_t count = voxels.size();
  for (std::size_t v = 0; v < voxels.size(); ++v)
    for (std::size_t d = 0; d < 3; ++d) {
      if (!(voxels.open[d][v] > 0)) continue;
      auto next = voxels.place[v];
      next += d == 0 ? 1 : d == 1 ? voxels.count[0] : voxels.count[0] * voxels.count[1];
      const auto at = std::ranges::lower_bound(voxels.place, next);
      if (at == voxels.place.end() || *at != next) continue;
      const std::size_t a = find(v), b = find(static_cast<std::size_t>(at - voxels.place.begin()));
      if (a == b) continue;
      leader[std::max(a, b)] = std::min(a, b);
      --count;
    }
  return count;
}

double sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

std::string shape(const Alone& model) {
  const auto& domain = model.tissue->domains().front();
  const Voxels& v = domain.voxels;
  std::string text = fmt::format(
      "{} voxels of {:g} x {:g} x {:g} um in a grid of {} x {} x {}\n"
      "  volume {:.6g} um3, membrane {:.6g} um2",
      v.size(), v.edge[0], v.edge[1], v.edge[2], v.count[0], v.count[1], v.count[2], sum(v.volume),
      sum(v.area));
  if (!domain.shapes.empty()) {
    double volume = 0, area = 0;
    for (const auto& s : domain.shapes) volume += s.volume, area += s.area;
    text += fmt::format("\n  of segments with {:.6g} um3 and, without their ends, {:.6g} um2",
                        volume, area);
  }
  const std::size_t count = pieces(v);
  if (count > 1)
    text += fmt::format(
        "\n  WARNING: {} pieces that do not touch: nothing diffuses between them; a smaller edge "
        "may "
        "join what is thinner than a voxel",
        count);
  return text + "\n\n";
}

std::string regions(const Network& network, const Alone& model) {
  std::string text = "regions\n";
  const auto& space = *model.tissue->domains().front().space;
  const auto& all = network.model().regions;
  for (std::size_t r = 0; r < all.size(); ++r) {
    double total = 0;
    std::size_t count = 0;
    for (std::size_t v = 0; v < space.voxels(); ++v) {
      total += space.region_size(r, v);
      count += space.region_size(r, v) > 0 ? 1U : 0U;
    }
    text += fmt::format("  {:<12} {} of {} voxels, {:.6g} {}{}\n", all[r].name, count,
                        space.voxels(), total, all[r].is_volume() ? "um3" : "um2",
                        all[r].outside ? ", outside cells" : "");
  }
  return text;
}

std::pair<double, double> range(const ::rxd::Space& space, std::size_t variable) {
  double low = 1e300, high = -1e300;
  for (std::size_t v = 0; v < space.voxels(); ++v) {
    if (!(space.size(variable, v) > 0)) continue;
    low = std::min(low, space.value(variable, v));
    high = std::max(high, space.value(variable, v));
  }
  return low > high ? std::pair{0.0, 0.0} : std::pair{low, high};
}

std::string species(const Network& network, const Alone& model) {
  std::string text = "\nspecies and states, at the beginning\n";
  for (std::size_t v = 0; v < network.variables().size(); ++v) {
    const auto& variable = network.variables()[v];
    const auto& of = network.model().species[variable.species];
    const auto [low, high] = range(*model.tissue->domains().front().space, v);
    text += fmt::format("  {:<12} {:.6g}", variable.name, low);
    if (high != low) text += fmt::format(" to {:.6g}", high);
    if (!of.signed_value) text += " mM";
    if (variable.diffusion > 0 && of.axes == std::array<double, 3>{1, 1, 1})
      text += fmt::format(", diffuses at {:.6g} um2/ms", variable.diffusion);
    else if (variable.diffusion > 0)
      text += fmt::format(", diffuses at {:g}, {:g}, {:g} um2/ms along x, y, z", of.axes[0],
                          of.axes[1], of.axes[2]);
    const auto& region = network.model().regions[variable.region];
    if (variable.diffusion > 0 && region.conducting > 0 && region.conducting != region.scale)
      text += fmt::format(" times {:.4g} (tortuosity {:.4g})", region.conducting / region.scale,
                          std::sqrt(region.scale / region.conducting));
    if (of.charge != 0) text += fmt::format(", charge {}", of.charge);
    text += "\n";
  }
  return text;
}

/// One slice: the plane across `axis` that cuts most voxels, drawn with its corner at (left, top).
std::string slice(const Tissue::Domain& domain, std::size_t variable, std::size_t axis, double left,
                  double top, double size, std::pair<double, double> range) {
  const Voxels& v = domain.voxels;
  std::vector<std::size_t> count(v.count[axis]);
  for (std::size_t n = 0; n < v.size(); ++n) ++count[v.at(n)[axis]];
  const auto most = std::ranges::max(count);
  // Of planes with as many, the middle one.
  std::vector<std::size_t> largest;
  for (std::size_t k = 0; k < count.size(); ++k)
    if (count[k] == most) largest.push_back(k);
  const std::size_t plane = largest[largest.size() / 2];
  const std::size_t across = axis == 0 ? 1 : 0, down = axis == 2 ? 1 : 2;
  const double scale = size / std::max(static_cast<double>(v.count[across]) * v.edge[across],
                                       static_cast<double>(v.count[down]) * v.edge[down]);
  std::string svg = fmt::format(
      "<text x=\"{:g}\" y=\"{:g}\" font-size=\"14\" font-family=\"sans-serif\">{} = {:.4g} um; "
      "{} across, {} down</text>\n",
      left, top - 6, "xyz"[axis],
      v.origin[axis] + (static_cast<double>(plane) + 0.5) * v.edge[axis], "xyz"[across],
      "xyz"[down]);
  const double whole = v.edge[0] * v.edge[1] * v.edge[2];
  for (std::size_t n = 0; n < domain.space->voxels(); ++n) {
    const auto at = v.at(n);
    if (at[axis] != plane) continue;
    const bool here = domain.space->size(variable, n) > 0;
    const double value = domain.space->value(variable, n);
    const double part =
        range.second > range.first ? (value - range.first) / (range.second - range.first) : 0;
    const double wide = v.edge[across] * scale, high = v.edge[down] * scale;
    const double side = std::sqrt(std::min(1.0, v.volume[n] / whole));
    svg += fmt::format(
        "<rect x=\"{:.5g}\" y=\"{:.5g}\" width=\"{:.4g}\" height=\"{:.4g}\" fill=\"{}\"/>\n",
        left + static_cast<double>(at[across]) * wide + wide * (1 - side) / 2,
        top + static_cast<double>(at[down]) * high + high * (1 - side) / 2, wide * side,
        high * side, here ? colour(part) : "rgb(170,170,170)");
  }
  return svg;
}

}  // namespace

std::string inspect_voxels(const Specification& specification, const Network& network) {
  const Alone model{specification, network};
  auto& space = *model.tissue->domains().front().space;
  const std::size_t step = space.voxels() / 1000 + 1;  // a thousand places say enough
  return shape(model) + regions(network, model) + species(network, model) + equations(network) +
         stiffness(network, space.voxels() / step,
                   [&](std::size_t k) { return space.jacobian(k * step); });
}

std::string picture_voxels(const Specification& specification, const Network& network,
                           std::size_t variable) {
  const Alone model{specification, network};
  const auto& domain = model.tissue->domains().front();
  const auto values = range(*domain.space, variable);
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1260 440\" width=\"1260\">\n"
      "<title>{}: {:.6g} (blue) to {:.6g} (yellow); grey where it is not; smaller where a part of "
      "the voxel is inside</title>\n"
      "<rect width=\"1260\" height=\"440\" fill=\"white\"/>\n",
      network.variables()[variable].name, values.first, values.second);
  for (std::size_t k = 0; k < 3; ++k)
    svg += slice(domain, variable, 2 - k, 10 + 415 * static_cast<double>(k), 30, 400, values);
  return svg + "</svg>\n";
}

}  // namespace tutti::rxd_app
