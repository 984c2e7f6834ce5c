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

std::string shape(const Tissue& tissue) {
  const auto& domains = tissue.domains();
  std::size_t count = 0, broken = 0, most = 1;
  double volume = 0, area = 0, of_segments = 0, sides = 0;
  bool shapes = false;
  for (const auto& domain : domains) {
    count += domain.voxels.size();
    volume += sum(domain.voxels.volume), area += sum(domain.voxels.area);
    for (const auto& s : domain.shapes) of_segments += s.volume, sides += s.area;
    shapes = shapes || !domain.shapes.empty();
    const std::size_t parts = pieces(domain.voxels);
    broken += parts > 1 ? 1U : 0U;
    most = std::max(most, parts);
  }
  const Voxels& first = domains.front().voxels;
  std::string text = fmt::format("{} voxels of {:g} x {:g} x {:g} um", count, first.edge[0],
                                 first.edge[1], first.edge[2]);
  text += domains.size() == 1 ? fmt::format(" in a grid of {} x {} x {}", first.count[0],
                                            first.count[1], first.count[2])
                              : fmt::format(" in {} cells", domains.size());
  text += fmt::format("\n  volume {:.6g} um3, membrane {:.6g} um2", volume, area);
  if (shapes)
    text += fmt::format("\n  of segments with {:.6g} um3 and, without their ends, {:.6g} um2",
                        of_segments, sides);
  if (broken > 0)
    text += fmt::format(
        "\n  WARNING: {} pieces that do not touch{}: nothing diffuses between them; a smaller edge "
        "may join what is thinner than a voxel",
        most, domains.size() > 1 ? fmt::format(" (in one of {} such cells)", broken) : "");
  return text + "\n\n";
}

std::string regions(const Network& network, const Tissue& tissue) {
  std::string text = "regions\n";
  const auto& all = network.model().regions;
  for (std::size_t r = 0; r < all.size(); ++r) {
    double total = 0;
    std::size_t count = 0, voxels = 0;
    for (const auto& domain : tissue.domains()) {
      const auto& space = *domain.space;
      voxels += space.voxels();
      for (std::size_t v = 0; v < space.voxels(); ++v) {
        total += space.region_size(r, v);
        count += space.region_size(r, v) > 0 ? 1U : 0U;
      }
    }
    text +=
        fmt::format("  {:<12} {} of {} voxels, {:.6g} {}{}\n", all[r].name, count, voxels, total,
                    all[r].is_volume() ? "um3" : "um2", all[r].outside ? ", outside cells" : "");
  }
  return text;
}

std::pair<double, double> range(const Tissue& tissue, std::size_t variable) {
  double low = 1e300, high = -1e300;
  for (const auto& domain : tissue.domains())
    for (std::size_t v = 0; v < domain.space->voxels(); ++v) {
      if (!(domain.space->size(variable, v) > 0)) continue;
      low = std::min(low, domain.space->value(variable, v));
      high = std::max(high, domain.space->value(variable, v));
    }
  return low > high ? std::pair{0.0, 0.0} : std::pair{low, high};
}

std::string species(const Network& network, const Tissue& tissue) {
  std::string text = "\nspecies and states, at the beginning\n";
  for (std::size_t v = 0; v < network.variables().size(); ++v) {
    const auto& variable = network.variables()[v];
    const auto& of = network.model().species[variable.species];
    const auto [low, high] = range(tissue, v);
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
  const double bar = round_length(size / scale / 3);
  return svg +
         fmt::format(
             "<path d=\"M{:g} {:g}h{:g}\" stroke=\"black\" stroke-width=\"2\"/><text x=\"{:g}\" "
             "y=\"{:g}\" font-size=\"14\" font-family=\"sans-serif\">{:g} um</text>\n",
             left, top + size + 12, bar * scale, left + bar * scale + 6, top + size + 16, bar);
}

}  // namespace

std::string inspect_tissue(const Network& network, const Tissue& tissue) {
  if (tissue.domains().empty()) return "no cell is on this rank\n";
  std::vector<std::pair<::rxd::Space*, std::size_t>> places;
  std::size_t voxels = 0;
  for (const auto& domain : tissue.domains()) voxels += domain.space->voxels();
  const std::size_t step = voxels / 1000 + 1;  // a thousand places say enough
  for (const auto& domain : tissue.domains())
    for (std::size_t v = 0; v < domain.space->voxels(); v += step)
      places.emplace_back(domain.space.get(), v);
  return shape(tissue) + regions(network, tissue) + species(network, tissue) + equations(network) +
         stiffness(network, places.size(),
                   [&](std::size_t k) { return places[k].first->jacobian(places[k].second); });
}

std::string picture_tissue(const Network& network, const Tissue& tissue, std::size_t variable) {
  if (tissue.domains().empty()) throw Error{Fault::config, "there is no cell to draw"};
  const auto& domain = tissue.domains().front();
  const auto values = range(tissue, variable);
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1260 490\" width=\"1260\">\n"
      "<title>{}; voxels are drawn smaller where a part of one is inside</title>\n"
      "<rect width=\"1260\" height=\"490\" fill=\"white\"/>\n",
      network.variables()[variable].name);
  svg += legend(network, variable, values.first, values.second, 10, 478, 14);
  for (std::size_t k = 0; k < 3; ++k)
    svg += slice(domain, variable, 2 - k, 10 + 415 * static_cast<double>(k), 30, 400, values);
  return svg + "</svg>\n";
}

}  // namespace tutti::rxd_app
