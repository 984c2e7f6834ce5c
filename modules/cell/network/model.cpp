// SPDX-License-Identifier: MIT
#include "network/model.hpp"

#include <algorithm>

#include "network/read_cells.hpp"
#include "network/read_controls.hpp"
#include "network/read_electrodes.hpp"
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
    const auto type = entry.text("type");
    using Kind = engine::SynapseKind;
    s.kind = type == "exp2"    ? Kind::exp2
             : type == "alpha" ? Kind::alpha
             : type == "nmda"  ? Kind::nmda
                               : Kind::exp;
    const bool two = s.kind == Kind::exp2 || s.kind == Kind::nmda;
    s.magnesium_mM = entry.real("magnesium");
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
  const auto scheme = view.text("scheme");
  if (scheme == "crank_nicolson") model.scheme = engine::Scheme::crank_nicolson;
  if (scheme == "cvode") model.scheme = engine::Scheme::cvode;
  model.tolerance_mV = view.real("tolerance");
  model.exact_spikes = scheme == "cvode" || view.text("spike_time") == "exact";
  for (const char* key : {"voltage_clamps", "gap_junctions"})
    if (scheme == "cvode" && view.has(key))
      view.error(key,
                 "{}: needs a fixed step, and cells have steps of their own with cvode; take "
                 "backward_euler or crank_nicolson",
                 key);
  model.words = read_words(view);
  for (const auto& [name, entry] : view.entries("cells"))
    model.cells.push_back(
        read_cell(name, entry, view.real("celsius"), view.real("v_init"), model.words));
  read_populations(view, model);
  read_synapses(view, model);
  read_connections(view, model, step);
  read_electrodes(view, model);
  read_outputs(view, model);
  read_controls(view, model);
  read_drives(view, model);
  read_currents(view, model);
  problems.raise();
  return model;
}

}  // namespace cell
