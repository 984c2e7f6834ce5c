// SPDX-License-Identifier: MIT
#include "app/inspect_morphology.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <string_view>

#include "app/draw_morphology.hpp"
#include "morphology/cable.hpp"
#include "morphology/swc.hpp"
#include "morphology/swc_points.hpp"
#include "tutti/error.hpp"

namespace cell {
namespace {

using tutti::Error;
using tutti::Fault;

constexpr double Ra = 100, cm = 1;  // [ohm cm], [uF/cm2], for the count of compartments

/// What the file itself says: lines, trees and types.
std::string points_of(const SwcTree& tree) {
  std::map<int, int> types;
  for (const auto& p : tree.points) ++types[p.type];
  std::string text = fmt::format("points        {}", tree.points.size());
  for (const auto& [type, count] : types) text += fmt::format(", {} of type {}", count, type);
  text += "\n";
  if (tree.trees > 1)
    text += fmt::format("trees         {}: those without a soma begin at the soma's middle\n",
                        tree.trees);
  return text;
}

std::string soma_of(const SwcTree& tree, const Morphology& m) {
  std::vector<char> is_soma;
  soma_section(tree, is_soma);
  const auto points = std::ranges::count(is_soma, 1);
  const auto& section = m.sections.front();
  double widest = 0;
  for (const auto& p : section.points) widest = std::max(widest, p.d);
  return fmt::format(
      "soma          {} point{} in the file, read as a {} of {:.4g} um by {:.4g} um\n", points,
      points == 1 ? "" : "s", section.points.size() <= 3 ? "cylinder" : "chain", section.length(),
      widest);
}

/// One line for each type of cable.
std::string regions_of(const Morphology& m, const Cable& cable) {
  struct Region {
    int sections = 0, compartments = 0;
    double length = 0, area = 0, volume = 0, farthest = 0;
  };
  std::map<int, Region> regions;
  for (const auto& section : m.sections) ++regions[section.type].sections;
  for (const auto& s : cable.segments) {
    auto& region = regions[s.type];
    ++region.compartments;
    region.length += s.length, region.area += s.area, region.volume += s.volume;
    region.farthest = std::max(region.farthest, s.path + s.length / 2);
  }
  std::string text =
      fmt::format("\n{:<8}{:>9}{:>14}{:>12}{:>12}{:>12}{:>14}\n", "region", "sections",
                  "compartments", "length um", "area um2", "volume um3", "farthest um");
  for (const auto& [type, r] : regions)
    text += fmt::format("{:<8}{:>9}{:>14}{:>12.1f}{:>12.1f}{:>12.1f}{:>14.1f}\n", region_name(type),
                        r.sections, r.compartments, r.length, r.area, r.volume, r.farthest);
  return text;
}

std::string shape_of(const Morphology& m) {
  std::vector<int> children(m.sections.size(), 0);
  for (const auto& s : m.sections)
    if (s.parent >= 0) ++children[static_cast<std::size_t>(s.parent)];
  const auto tips = std::count(children.begin() + 1, children.end(), 0);
  const auto forks =
      std::count_if(children.begin() + 1, children.end(), [](int n) { return n > 1; });
  const auto box = extent_of(m);
  return fmt::format(
      "stems         {} at the soma, {} branch points, {} tips\n"
      "extent        {:.1f} x {:.1f} x {:.1f} um\n",
      children.front(), forks, tips, box.high.x - box.low.x, box.high.y - box.low.y,
      box.high.z - box.low.z);
}

}  // namespace

void inspect_morphology(const std::string& file, const std::string& picture) {
  const auto m = read_swc(file);  // says what is wrong with the file, if anything is
  std::ifstream in{file, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  const auto tree = read_points(text, file);
  std::vector<int> nseg;
  for (const auto& section : m.sections) nseg.push_back(compartments(section, {}, Ra, cm));
  const auto cable = make_cable(m, nseg, std::vector<double>(nseg.size(), Ra));
  fmt::print("{}\n\n{}{}{}{}", file, points_of(tree), soma_of(tree, m), shape_of(m),
             regions_of(m, cable));
  fmt::print("compartments by d_lambda 0.1 at 100 Hz with Ra {:g} ohm cm, cm {:g} uF/cm2\n\n{}", Ra,
             cm, in_braille(m, 72, 30));
  if (picture.empty()) return;
  std::ofstream out{picture};
  out << as_svg(m);
  if (!out.flush())
    throw Error{Fault::config, "{}: cannot be written; is its folder there?", picture};
  fmt::print("\nwrote {}\n", picture);
}

}  // namespace cell
