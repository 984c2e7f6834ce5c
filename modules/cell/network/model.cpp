// SPDX-License-Identifier: MIT
#include "network/model.hpp"

#include <algorithm>

#include "network/read_cells.hpp"
#include "network/read_outputs.hpp"
#include "network/read_place.hpp"
#include "network/read_point.hpp"
#include "network/read_projection.hpp"
#include "network/read_values.hpp"
#include "tutti/config/check.hpp"
#include "tutti/config/view.hpp"

namespace cell {

using namespace tutti::config;

std::uint64_t Model::cell_count() const {
  return populations.empty() ? 0 : populations.back().first + populations.back().number;
}

const PopulationModel& Model::population_of(std::uint64_t gid) const {
  return *std::prev(std::ranges::upper_bound(populations, gid, {}, &PopulationModel::first));
}

namespace {

void read_synapses(const View& view, Model& model) {
  for (const auto& [name, entry] : view.entries("synapses")) {
    SynapseModel s;
    s.name = name;
    s.e_mV = entry.real("e");
    const bool two = entry.text("type") == "exp2";
    s.kind = two ? engine::SynapseKind::exp2 : engine::SynapseKind::exp;
    for (const char* key : two ? std::vector{"tau1", "tau2"} : std::vector{"tau"})
      if (!entry.has(key)) entry.error("type", "synapse {} needs {}", name, key);
    if (two && entry.has("tau1")) s.tau1_ms = entry.real("tau1");
    const char* decay = two ? "tau2" : "tau";
    if (entry.has(decay)) s.tau2_ms = entry.real(decay);
    if (two && s.tau1_ms >= s.tau2_ms)
      entry.error("tau1", "synapse {}: it must rise (tau1) faster than it decays (tau2)", name);
    model.synapses.push_back(s);
  }
}

void read_clamps(const View& view, Model& model) {
  for (const auto& entry : view.children("clamps")) {
    ClampModel c;
    c.population = named(entry, "population", "population", names_of(model.populations));
    c.delay_ms = entry.real("delay"), c.duration_ms = entry.real("duration");
    c.amplitude_nA = entry.real("amplitude");
    const auto number = model.populations.empty() ? 0 : model.populations[c.population].number;
    if (!entry.has("cells"))
      for (std::uint64_t k = 0; k < number; ++k) c.cells.push_back(k);
    else
      for (const auto k : entry.integers("cells")) {
        if (k < 0 || static_cast<std::uint64_t>(k) >= number)
          entry.error("cells", "cells: {} is no cell of a population of {}", k, number);
        else
          c.cells.push_back(static_cast<std::uint64_t>(k));
      }
    model.clamps.push_back(std::move(c));
  }
}

}  // namespace

Model read_model(const Node& node, tutti::Duration step) {
  Problems problems;
  if (!check(node, model_schema(), problems)) problems.raise();
  const View view{node, model_schema(), problems};
  Model model;
  model.dt = view.time("dt");
  model.step = step;
  model.threads = static_cast<std::uint64_t>(view.integer("threads"));
  if (step % model.dt != tutti::Duration::zero())
    view.error("dt", "dt {} is no whole part of the module's step {}", model.dt, step);
  if (view.text("scheme") == "crank_nicolson") model.scheme = engine::Scheme::crank_nicolson;
  model.words = read_words(view);
  for (const auto& [name, entry] : view.entries("cells"))
    model.cells.push_back(
        read_cell(name, entry, view.real("celsius"), view.real("v_init"), model.words));
  read_populations(view, model);
  read_synapses(view, model);
  read_connections(view, model, step);
  read_clamps(view, model);
  read_outputs(view, model);
  read_drives(view, model);
  read_currents(view, model);
  problems.raise();
  return model;
}

}  // namespace cell
