// SPDX-License-Identifier: MIT
#include "network/read_electrodes.hpp"

#include "network/read_values.hpp"

namespace cell {

using namespace tutti::config;

namespace {

Chosen read_chosen(const View& entry, const Model& model) {
  Chosen on;
  on.population = named(entry, "population", "population", names_of(model.populations));
  const auto number = model.populations.empty() ? 0 : model.populations[on.population].number;
  if (!entry.has("cells")) {
    for (std::uint64_t k = 0; k < number; ++k) on.cells.push_back(k);
    return on;
  }
  for (const auto k : entry.integers("cells")) {
    if (k < 0 || static_cast<std::uint64_t>(k) >= number)
      entry.error("cells", "cells: {} is no cell of a population of {}", k, number);
    else
      on.cells.push_back(static_cast<std::uint64_t>(k));
  }
  return on;
}

VoltageClampModel read_voltage_clamp(const View& entry, const Model& model) {
  VoltageClampModel c{read_chosen(entry, model), entry.real("resistance"), {}};
  for (const auto& level : entry.children("levels"))
    c.levels.push_back({level.real("duration"), level.real("voltage")});
  return c;
}

/// `list:` of a gap junction: pairs of nodes that are there.
void read_pairs(const View& entry, const Model& model, GapModel& gap) {
  for (const auto& item : entry.node("list").items) {
    std::vector<std::uint64_t> ends;
    for (const auto& end : item.items) ends.push_back(std::stoull(end.text));
    const bool there = ends.size() == 2 && ends[0] < model.populations[gap.first].number &&
                       ends[1] < model.populations[gap.other].number;
    if (there)
      gap.list.emplace_back(ends[0], ends[1]);
    else
      entry.problems().error(item.place, "needs two node numbers, below {} and below {}",
                             model.populations[gap.first].number,
                             model.populations[gap.other].number);
  }
}

void read_gap(const View& entry, std::size_t number, Model& model) {
  GapModel gap;
  gap.name = fmt::format("gap/{}", number);
  const auto ends = entry.texts("between");
  if (ends.size() != 2) {
    entry.error("between", "between: {} populations; needed are two, or one twice", ends.size());
    return;
  }
  if (model.populations.empty()) return;
  const auto names = names_of(model.populations);
  const auto& nodes = entry.node("between").items;
  gap.first = named(nodes[0], "population", names, entry.problems());
  gap.other = named(nodes[1], "population", names, entry.problems());
  for (const auto population : {gap.first, gap.other})
    if (model.is_point(population))
      entry.error("between", "{} are point neurons; gap junctions join cable cells",
                  model.populations[population].name);
  gap.conductance_uS = entry.real("conductance");
  if (entry.has("probability") == entry.has("list"))
    entry.error("between", "a gap junction needs either `probability:` or `list:`");
  else if (entry.has("list"))
    read_pairs(entry, model, gap);
  else
    gap.probability = entry.real("probability");
  model.gaps.push_back(std::move(gap));
}

}  // namespace

void read_electrodes(const View& view, Model& model) {
  for (const auto& entry : view.children("clamps"))
    model.clamps.push_back({entry.has("name") ? entry.text("name") : std::string{},
                            read_chosen(entry, model), entry.real("delay"), entry.real("duration"),
                            entry.real("amplitude")});
  for (const auto& entry : view.children("voltage_clamps"))
    model.voltage_clamps.push_back(read_voltage_clamp(entry, model));
  std::size_t number = 0;
  for (const auto& entry : view.children("gap_junctions")) read_gap(entry, number++, model);
}

}  // namespace cell
