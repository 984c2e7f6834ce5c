// SPDX-License-Identifier: MIT
#include "network/segment_choice.hpp"

#include <algorithm>

#include "network/model.hpp"
#include "network/read_cells.hpp"
#include "network/read_values.hpp"

namespace cell {

using namespace tutti::config;

namespace {

std::vector<std::string> texts(const View& view, const char* key) {
  return view.has(key) ? view.texts(key) : std::vector<std::string>{};
}

void read_distance(const View& view, SegmentChoice& choice) {
  const auto distance = view.reals("distance");
  if (distance.size() == 2)
    choice.from_um = distance[0], choice.to_um = distance[1];
  else
    view.error("distance", "distance: {} lengths; needed are two, from and to", distance.size());
}

void read_cell_numbers(const View& view, const Model& model, SegmentChoice& choice) {
  if (choice.populations.size() != 1)
    view.error("cells", "cells: node numbers need one population to count in");
  const auto number =
      choice.populations.empty() ? 0 : model.populations[choice.populations[0]].number;
  for (const auto node : view.integers("cells")) {
    if (node < 0 || static_cast<std::uint64_t>(node) >= number)
      view.error("cells", "cells: {} is no cell of a population of {}", node, number);
    else
      choice.cells.push_back(static_cast<std::uint64_t>(node));
  }
}

}  // namespace

bool SegmentChoice::has_cell(const Model& model, std::uint64_t gid) const {
  if (populations.empty()) return true;
  for (const auto k : populations) {
    const auto& p = model.populations[k];
    if (gid < p.first || gid >= p.first + p.number) continue;
    return cells.empty() || std::ranges::find(cells, gid - p.first) != cells.end();
  }
  return false;
}

bool SegmentChoice::has_segment(const engine::CellType& type, std::size_t s) const {
  const auto& segment = type.cable.segments[s];
  if (!regions.empty() && std::ranges::find(regions, segment.type) == regions.end()) return false;
  if (segment.path < from_um || segment.path > to_um) return false;
  const auto section = static_cast<std::size_t>(segment.section);
  const int count = type.cable.first_segment[section + 1] - type.cable.first_segment[section];
  return !middle || segment.index == count / 2;
}

std::vector<Field> choice_fields() {
  return {list("populations", word(""), "of cable cells; all where not said"),
          list("cells", integer(""), "node numbers of the one population; all where not said"),
          list("region", choice("", {"soma", "dend", "apic", "axon"}), "all where not said"),
          list("distance", tutti::config::quantity("", "um"),
               "from, to: along the cable from the soma's middle"),
          boolean("middle", "of each section only the middle segment").by_default("false")};
}

SegmentChoice read_choice(const View& view, const Model& model) {
  SegmentChoice choice;
  const auto known = names_of(model.populations);
  for (const auto& name : texts(view, "populations")) {
    const auto found = std::ranges::find(known, name);
    if (found == known.end()) {
      view.error("populations", "no population is called \"{}\"{}", name,
                 did_you_mean(name, known));
      continue;
    }
    const auto k = static_cast<std::size_t>(found - known.begin());
    if (model.is_point(k))
      view.error("populations", "\"{}\" is a population of point neurons and has no segments",
                 name);
    choice.populations.push_back(k);
  }
  if (view.has("cells")) read_cell_numbers(view, model, choice);
  for (const auto& region : texts(view, "region")) choice.regions.push_back(region_type(region));
  if (view.has("distance")) read_distance(view, choice);
  choice.middle = view.boolean("middle");
  return choice;
}

}  // namespace cell
