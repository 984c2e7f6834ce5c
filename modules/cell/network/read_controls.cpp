// SPDX-License-Identifier: MIT
#include "network/read_controls.hpp"

#include <algorithm>
#include <array>

#include "network/read_values.hpp"

namespace cell {

using namespace tutti::config;

namespace {

constexpr std::array taken{"ca_i", "ca_o",     "na_i",  "na_o",  "k_i",
                           "k_o",  "i_inject", "v_ext", "reward"};

/// Clamps that have a name, and where they are among all.
std::vector<std::pair<std::string, std::size_t>> named_clamps(const Model& model) {
  std::vector<std::pair<std::string, std::size_t>> named;
  for (std::size_t k = 0; k < model.clamps.size(); ++k)
    if (!model.clamps[k].name.empty()) named.emplace_back(model.clamps[k].name, k);
  return named;
}

void unknown(const View& view, const Model& model, const std::string& said) {
  std::vector<std::string> known;
  for (const auto& m : engine::mechanisms())
    for (const auto& p : m.parameters) known.push_back(m.name + "." + p.name);
  for (const auto& s : model.synapses) known.push_back(s.name + ".gain");
  for (const auto& [name, place] : named_clamps(model)) known.push_back(name + ".amplitude");
  view.error("parameter",
             "there is no \"{}\"; there are the parameters of mechanisms, as nats.gbar, the gain "
             "of each kind of synapse, as ampa.gain, and the amplitude of each clamp that has a "
             "name, as kick.amplitude{}",
             said, did_you_mean(said, known));
}

bool read_mechanism(const std::string& owner, const std::string& what, ControlModel& control) {
  const auto all = engine::mechanisms();
  const auto mechanism = std::ranges::find(all, owner, &engine::MechanismInfo::name);
  if (mechanism == all.end()) return false;
  const auto& parameters = mechanism->parameters;
  const auto found = std::ranges::find(parameters, what, &engine::MechanismInfo::Parameter::name);
  if (found == parameters.end()) return false;
  control.mechanism = static_cast<int>(mechanism - all.begin());
  control.parameter = static_cast<int>(found - parameters.begin());
  control.unit = found->unit;
  return true;
}

/// "nats.gbar", "ampa.gain", "kick.amplitude".
bool read_parameter(const std::string& said, Model& model, ControlModel& control) {
  const auto dot = said.find('.');
  const auto owner = said.substr(0, dot);
  const auto what = dot == std::string::npos ? std::string{} : said.substr(dot + 1);
  if (read_mechanism(owner, what, control)) return true;
  const auto synapse = std::ranges::find(model.synapses, owner, &SynapseModel::name);
  if (synapse != model.synapses.end() && what == "gain") {
    synapse->controlled = true;
    control.what = ControlModel::What::gain;
    control.place = static_cast<std::size_t>(synapse - model.synapses.begin());
    control.unit = "1";
    return true;
  }
  const auto clamps = named_clamps(model);
  const auto clamp = std::ranges::find(clamps, owner, [](const auto& c) { return c.first; });
  if (clamp == clamps.end() || what != "amplitude") return false;
  control.what = ControlModel::What::amplitude;
  control.place = clamp->second;
  control.unit = "nA";
  return true;
}

/// `pas` is a part of the matrix unless somebody sets its parameters.
void note_leak(const ControlModel& control, Model& model) {
  if (control.what != ControlModel::What::parameter ||
      engine::mechanisms()[static_cast<std::size_t>(control.mechanism)].name != "pas")
    return;
  for (auto& cell : model.cells) cell.type.leaks_are_fixed = false;
}

}  // namespace

Table control_schema() {
  std::vector<Field> fields{
      text("parameter",
           "of a mechanism, nats.gbar; ampa.gain, a factor on the conductance of a kind of "
           "synapse; kick.amplitude, of a clamp by its name")
          .needed()};
  for (auto& field : choice_fields()) fields.push_back(std::move(field));
  fields.push_back(boolean("uniform",
                           "one value for all of them, the mean of what arrives, whatever its "
                           "elements are; else one for each segment")
                       .by_default("false"));
  return {"control", "What a port sets in some segments while the run goes on.", std::move(fields)};
}

void read_controls(const View& view, Model& model) {
  if (model.scheme == engine::Scheme::cvode && view.has("controls"))
    view.error("controls",
               "controls: need a fixed step, and cells have steps of their own with cvode; take "
               "backward_euler or crank_nicolson");
  for (const auto& [port, entry] : view.entries("controls")) {
    const bool is_input = std::ranges::any_of(
        model.inputs, [&port = port](const auto& i) { return i.first == port; });
    if (is_input || std::ranges::find(taken, port) != taken.end()) {
      entry.error("parameter", "there is an input {} already; give this one another name", port);
      continue;
    }
    ControlModel control;
    control.port = port;
    const auto said = entry.text("parameter");
    if (!read_parameter(said, model, control)) {
      unknown(entry, model, said);
      continue;
    }
    control.on = read_choice(entry, model);
    control.uniform = entry.boolean("uniform");
    note_leak(control, model);
    model.controls.push_back(std::move(control));
  }
}

}  // namespace cell
