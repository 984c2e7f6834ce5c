// SPDX-License-Identifier: MIT
#include "network/read_outputs.hpp"

#include <algorithm>
#include <array>

#include "network/read_cells.hpp"

namespace cell {

using namespace tutti::config;

namespace {

constexpr std::array<std::pair<const char*, OutputModel::What>, 6> quantities{
    {{"v", OutputModel::What::v},
     {"i_membrane", OutputModel::What::i_membrane},
     {"i_ca", OutputModel::What::i_ca},
     {"i_na", OutputModel::What::i_na},
     {"i_k", OutputModel::What::i_k},
     {"ca_i", OutputModel::What::cai}}};

/// "v", "nats.m", "nats.i".
void read_variable(const View& view, OutputModel& o) {
  const auto name = view.text("variable");
  for (const auto& [word, what] : quantities)
    if (name == word) {
      o.what = what;
      return;
    }
  const auto dot = name.find('.');
  const auto all = engine::mechanisms();
  const auto found = std::ranges::find(all, name.substr(0, dot), &engine::MechanismInfo::name);
  std::vector<std::string> known;
  for (const auto& [word, what] : quantities) known.emplace_back(word);
  if (found == all.end()) {
    for (const auto& m : all) known.push_back(m.name + ".i");
    view.error(
        "variable",
        "there is no variable \"{}\"; there are v, i_membrane, i_ca, i_na, i_k, ca_i, and of each "
        "mechanism its current, as nats.i, and its states, as nats.m{}",
        name, did_you_mean(name, known));
    return;
  }
  o.mechanism = static_cast<int>(found - all.begin());
  const auto part = dot == std::string::npos ? std::string{} : name.substr(dot + 1);
  const auto state = std::ranges::find(found->states, part);
  if (part == "i") {
    o.what = OutputModel::What::current;
  } else if (state != found->states.end()) {
    o.what = OutputModel::What::state;
    o.state = static_cast<int>(state - found->states.begin());
  } else {
    std::string parts = found->name + ".i";
    for (const auto& s : found->states) parts += ", " + found->name + "." + s;
    view.error("variable", "{} has no \"{}\"; there are {}", found->name, part, parts);
  }
}

std::vector<std::string> texts(const View& view, const char* key) {
  return view.has(key) ? view.texts(key) : std::vector<std::string>{};
}

void read_distance(const View& view, OutputModel& o) {
  const auto distance = view.reals("distance");
  if (distance.size() == 2)
    o.from_um = distance[0], o.to_um = distance[1];
  else
    view.error("distance", "distance: {} lengths; needed are two, from and to", distance.size());
}

void read_populations(const View& view, const Model& model, OutputModel& o) {
  for (const auto& name : texts(view, "populations")) {
    std::vector<std::string> known;
    for (const auto& p : model.populations) known.push_back(p.name);
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
    o.populations.push_back(k);
  }
  if (!view.has("cells")) return;
  if (o.populations.size() != 1)
    view.error("cells", "cells: node numbers need one population to count in");
  for (const auto node : view.integers("cells")) {
    const auto number = o.populations.empty() ? 0 : model.populations[o.populations[0]].number;
    if (node < 0 || static_cast<std::uint64_t>(node) >= number)
      view.error("cells", "cells: {} is no cell of a population of {}", node, number);
    else
      o.cells.push_back(static_cast<std::uint64_t>(node));
  }
}

}  // namespace

Table output_schema() {
  return {"output",
          "A signal of some segments.",
          {text("variable",
                "v, i_membrane, i_ca, i_na, i_k, ca_i, or of a mechanism its current or a state: "
                "nats.i, "
                "nats.m")
               .needed(),
           list("populations", word(""), "of cable cells; all where not said"),
           list("cells", integer(""), "node numbers of the one population; all where not said"),
           list("region", choice("", {"soma", "dend", "apic", "axon"}), "all where not said"),
           list("distance", quantity("", "um"), "from, to: along the cable from the soma's middle"),
           boolean("middle", "of each section only the middle segment").by_default("false")}};
}

void read_outputs(const View& view, Model& model) {
  for (const auto& [port, entry] : view.entries("outputs")) {
    OutputModel o;
    o.port = port;
    if (std::ranges::any_of(std::array{"v", "i_membrane", "i_ca", "i_na", "i_k", "spikes"},
                            [&](const char* taken) { return port == taken; })) {
      entry.error("variable", "there is a port {} already; give this one another name", port);
      continue;
    }
    read_variable(entry, o);
    read_populations(entry, model, o);
    for (const auto& region : texts(entry, "region")) o.regions.push_back(region_type(region));
    if (entry.has("distance")) read_distance(entry, o);
    o.middle = entry.boolean("middle");
    model.outputs.push_back(std::move(o));
  }
}

}  // namespace cell
