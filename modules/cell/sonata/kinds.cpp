// SPDX-License-Identifier: MIT
#include "sonata/kinds.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "morphology/swc.hpp"
#include "sonata/biophysics.hpp"
#include "sonata/numbers.hpp"
#include "tutti/config/yaml.hpp"
#include "tutti/error.hpp"

namespace cell::circuit {
namespace {

using tutti::Error;
using tutti::Fault;

constexpr std::string_view written_here = "tutti:";

/// As a program has it that writes numbers with so many digits and reads them as floats.
double rounded(double x, int digits) {
  char text[40];
  std::snprintf(text, sizeof text, "%.*g", digits, x);
  return static_cast<double>(std::strtof(text, nullptr));
}

void round_coordinates(Morphology& morphology, int digits) {
  for (auto& section : morphology.sections)
    for (auto& p : section.points)
      p = {rounded(p.x, digits), rounded(p.y, digits), rounded(p.z, digits), rounded(p.d, digits)};
}

}  // namespace

Kinds::Kinds(const Config& config, const Habits& habits, std::vector<CellModel>& cells)
    : config_{&config}, habits_{&habits}, cells_{&cells} {}

std::filesystem::path Kinds::component(const std::string& folder, const std::string& file) const {
  const auto found = config_->components.find(folder);
  if (found == config_->components.end())
    throw Error{Fault::config, "{} is in no folder: the circuit's components have no {}", file,
                folder};
  const auto path = found->second / file;
  if (!std::filesystem::exists(path))
    throw Error{Fault::config, "there is no file {} ({} of the components)", path.string(), folder};
  return path;
}

std::size_t Kinds::of(const NodePopulation& population, std::size_t node) {
  const auto& a = population.attributes;
  std::string key;
  for (const char* name :
       {"model_type", "model_template", "morphology", "model_processing", "dynamics_params"})
    key += a.text(node, name).value_or("") + "|";
  const auto [own, first] = own_parameters_.try_emplace(population.name);
  if (first)
    for (const auto& name : a.own_names())
      if (name.starts_with("dynamics_params/")) own->second.push_back(name);
  for (const auto& name : own->second)
    key += fmt::format("{}={}|", name, a.real(node, name).value_or(0));
  const auto [known, fresh] = known_.try_emplace(key, cells_->size());
  if (!fresh) return known->second;
  CellModel cell;
  const auto type = a.text(node, "model_type").value_or("");
  const auto said = a.text(node, "model_template").value_or("");
  if (said.starts_with(written_here)) cell = written(a, node, said.substr(written_here.size()));
  cell.name =
      a.text(node, "model_name").value_or(population.name + "_" + std::to_string(a.type(node)));
  if (said.starts_with(written_here)) {
    // it is all said
  } else if (type == "biophysical") {
    biophysical(a, node, cell);
  } else if (type == "point_process" || type == "point_neuron" || type == "point_soma") {
    point(a, node, cell);
  } else {
    throw Error{Fault::config,
                "node {} of {}: model_type \"{}\"; known are biophysical, point_process, "
                "point_neuron and virtual",
                node, population.name, type};
  }
  cells_->push_back(std::move(cell));
  return known->second;
}

void Kinds::biophysical(const Attributes& a, std::size_t node, CellModel& cell) const {
  auto shape = a.text(node, "morphology").value_or("");
  if (shape.empty()) shape = a.text(node, "morphology_file").value_or("");
  if (!shape.ends_with(".swc")) shape += ".swc";
  cell.morphology = read_swc(component("morphologies_dir", shape));
  if (habits_->coordinate_digits > 0)
    round_coordinates(cell.morphology, habits_->coordinate_digits);
  const auto processing = a.text(node, "model_processing").value_or("fullaxon");
  if (processing == "aibs_perisomatic")
    cell.morphology = with_axon_stub(cell.morphology);
  else if (processing != "fullaxon")
    throw Error{Fault::config,
                "{}: model_processing \"{}\"; known are aibs_perisomatic (the axon gives way to a "
                "stub) and fullaxon",
                cell.name, processing};
  const auto model = a.text(node, "model_template").value_or("");
  Biophysics biophysics;
  if (model.starts_with("nml:"))
    biophysics = read_neuroml(component("biophysical_neuron_models_dir", model.substr(4)));
  else if (model.starts_with("ctdb:"))
    biophysics = read_allen_fit(
        component("biophysical_neuron_models_dir", a.text(node, "dynamics_params").value_or("")));
  else
    throw Error{Fault::config,
                "{}: model_template \"{}\"; known are nml:FILE (NeuroML) and ctdb:Biophys1.hoc "
                "with the JSON of the Allen Cell Types Database as dynamics_params",
                cell.name, model};
  cell.threshold_mV = config_->threshold_mV;
  auto& type = cell.type;
  type.name = cell.name;
  type.celsius = config_->celsius;
  type.v_init = config_->v_init_mV;
  type.cai = 1e-4;
  type.cao = biophysics.cao_mM.value_or(2);
  type.gas_constant = habits_->gas_constant;
  type.faraday = habits_->faraday;
  build_type(cell, biophysics.membrane, {Discretisation::Rule::length, config_->dL_um});
}

/// A kind of cell in a model of Tutti's own, as `tutti inspect cell --sonata` writes it.
CellModel Kinds::written(const Attributes& a, std::size_t node, const std::string& file) const {
  auto model = read_model(tutti::config::read_yaml(component("templates_dir", file)), {});
  if (model.cells.size() != 1)
    throw Error{Fault::config, "{} has {} kinds of cells; as a template it needs one", file,
                model.cells.size()};
  auto cell = std::move(model.cells.front());
  if (cell.point == nullptr) return cell;
  cell.drawn.clear();  // what was drawn, nodes have
  for (std::size_t k = 0; k < cell.point->parameters.size(); ++k)
    if (const auto own = a.real(node, "dynamics_params/" + cell.point->parameters[k].name))
      cell.values.set(static_cast<int>(k), *own);
  return cell;
}

/// NEURON's event-driven neurons. Time constants are in seconds in these files.
void Kinds::point(const Attributes& a, std::size_t node, CellModel& cell) const {
  constexpr double ms_per_s = 1000;
  const auto model = a.text(node, "model_template").value_or("");
  cell.point = model.starts_with("nrn:") ? point::find_model(model.substr(4)) : nullptr;
  if (cell.point == nullptr || cell.point->drive != point::Drive::events)
    throw Error{Fault::config,
                "{}: model_template \"{}\"; known are nrn:IntFire1, nrn:IntFire2 and nrn:IntFire4",
                cell.name, model};
  cell.values = point::Values{*cell.point};
  Node file;
  if (const auto name = a.text(node, "dynamics_params"))
    file = tutti::config::read_yaml(component("point_neuron_models_dir", *name));
  for (std::size_t k = 0; k < cell.point->parameters.size(); ++k) {
    const auto& p = cell.point->parameters[k];
    const double scale = p.unit == "ms" ? ms_per_s : 1;
    double value = number(file, p.name.c_str(), p.value / scale) * scale;
    if (const auto own = a.real(node, "dynamics_params/" + p.name)) value = *own * scale;
    cell.values.set(static_cast<int>(k), value);
  }
}

}  // namespace cell::circuit
