// SPDX-License-Identifier: MIT
#include "network/model.hpp"

#include <algorithm>

#include "network/read_cells.hpp"
#include "network/read_point.hpp"
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

/// The place of a name among things that have one, or a problem that lists them.
template <typename T>
std::size_t named(const View& view, const char* key, const char* what, const std::vector<T>& all) {
  const auto name = view.text(key);
  std::vector<std::string> names;
  for (std::size_t k = 0; k < all.size(); ++k) {
    if (all[k].name == name) return k;
    names.push_back(all[k].name);
  }
  std::string known;
  for (const auto& n : names) known += (known.empty() ? "" : ", ") + n;
  const auto near = nearest(name, names);
  view.error(key, "no {} is called \"{}\"; there are {}{}", what, name,
             known.empty() ? "none" : known,
             near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near));
  return 0;
}

std::pair<double, double> interval(const View& view, const char* key) {
  const auto ends = view.reals(key);
  if (ends.size() == 2 && ends[0] <= ends[1]) return {ends[0], ends[1]};
  view.error(key, "{}: needs two lengths, the lower one first: [0 um, 100 um]", key);
  return {0, 0};
}

void read_populations(const View& view, Model& model) {
  std::uint64_t next = 0;
  for (const auto& [name, entry] : view.entries("populations")) {
    PopulationModel p;
    p.name = name;
    p.cell = named(entry, "cell", "kind of cell", model.cells);
    p.first = next;
    p.number = static_cast<std::uint64_t>(entry.integer("number"));
    next += p.number;
    const auto box = entry.child("box");
    std::tie(p.low.x, p.high.x) = interval(box, "x");
    std::tie(p.low.y, p.high.y) = interval(box, "y");
    std::tie(p.low.z, p.high.z) = interval(box, "z");
    if (const auto* kind = model.cells.empty() ? nullptr : model.cells[p.cell].point)
      read_initial(entry, *kind, p);
    model.populations.push_back(std::move(p));
  }
}

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

Projection read_projection(const View& view, const std::string& name, const Model& model,
                           bool within) {
  Projection p;
  p.name = name;
  p.to = named(view, "to", "population", model.populations);
  if (within) p.from = named(view, "from", "population", model.populations);
  p.rule = read_rule(view);
  if (!model.populations.empty() && model.is_point(p.to)) {
    read_point_synapse(view, *model.cells[model.populations[p.to].cell].point, p);
    return p;
  }
  for (const char* key : {"receptor", "tsodyks_markram"})
    if (view.has(key)) view.error(key, "{} is for connections onto point neurons", key);
  if (!view.has("synapse"))
    view.error("synapse", "connections onto cable cells need a kind of synapse, `synapse: NAME`");
  else
    p.synapse = named(view, "synapse", "kind of synapse", model.synapses);
  p.weight_uS = constant(view, "weight", "uS");
  p.delay = tutti::nearest_tick(constant(view, "delay", "ms")).time_since_epoch();
  for (const auto& region : view.texts("region")) p.regions.push_back(region_type(region));
  return p;
}

void read_connections(const View& view, Model& model, tutti::Duration step) {
  for (const auto& [port, entry] : view.entries("inputs"))
    model.inputs.emplace_back(port, read_projection(entry, "input/" + port, model, false));
  std::size_t number = 0;
  for (const auto& entry : view.children("connections")) {
    auto p = read_projection(entry, fmt::format("connection/{}", number++), model, true);
    if (model.populations.empty()) continue;
    if (const auto wrong = rules::problem_of(
            p.rule,
            {model.populations[*p.from].number, model.populations[p.to].number, *p.from == p.to});
        !wrong.empty())
      entry.error("rule", "{}", wrong);
    if (p.delay < std::max(step, tutti::Duration{1}))
      entry.error("delay",
                  "delay {} is shorter than the module's step of {}, in which its ranks exchange "
                  "spikes; raise it, or shorten the step",
                  p.delay, step);
    model.connections.push_back(std::move(p));
  }
}

void read_clamps(const View& view, Model& model) {
  for (const auto& entry : view.children("clamps")) {
    ClampModel c;
    c.population = named(entry, "population", "population", model.populations);
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
  model.threads = static_cast<std::uint64_t>(view.integer("threads"));
  if (step % model.dt != tutti::Duration::zero())
    view.error("dt", "dt {} is no whole part of the module's step {}", model.dt, step);
  if (view.text("scheme") == "crank_nicolson") model.scheme = engine::Scheme::crank_nicolson;
  for (const auto& [name, entry] : view.entries("cells"))
    model.cells.push_back(read_cell(name, entry, view.real("celsius"), view.real("v_init")));
  read_populations(view, model);
  read_synapses(view, model);
  read_connections(view, model, step);
  read_clamps(view, model);
  read_drives(view, model);
  problems.raise();
  return model;
}

}  // namespace cell
