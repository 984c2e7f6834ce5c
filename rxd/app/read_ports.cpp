// SPDX-License-Identifier: MIT
#include <algorithm>

#include "app/read.hpp"
#include "solver/error.hpp"
#include "tutti/error.hpp"

namespace tutti::rxd_app {

namespace {

using config::View;

/// "ca[cyt]" or "ca", checked against the network; "" where it is none.
std::string read_variable(const View& in, const rxd::Network& network) {
  std::string name = in.text("species");
  if (in.has("region")) name += "[" + in.text("region") + "]";
  try {
    return network.variables()[network.variable(name)].name;
  } catch (const rxd::Error& e) {
    in.error("species", "{}", e.what());
    return "";
  }
}

const rxd::Species& species_of(const rxd::Network& network, const std::string& variable) {
  return network.model().species[network.variables()[network.variable(variable)].species];
}

void read_current(const std::string& port, const View& in, const rxd::Network& network,
                  Specification& to) {
  CurrentInput input{port, read_variable(in, network), 0, in.boolean("optional")};
  if (input.variable.empty()) return;
  input.charge = in.has("charge") ? static_cast<int>(in.integer("charge"))
                                  : species_of(network, input.variable).charge;
  if (input.charge == 0)
    in.error("species", "{} has no charge, so no current carries it: give {} a `charge:`",
             in.text("species"), in.text("species"));
  to.currents.push_back(input);
}

void read_parameter(const std::string& port, const View& in, const rxd::Network& network,
                    Specification& to) {
  const auto found = std::ranges::find(network.driven(), in.text("parameter"), &rxd::Driven::name);
  if (found == network.driven().end()) return;  // told by read_port_needs
  ValueInput input{port, in.text("unit")};
  input.driven = static_cast<std::size_t>(found - network.driven().begin());
  input.what = "parameter " + found->name;
  input.optional = in.boolean("optional");
  to.values.push_back(input);
}

void read_boundary_input(const std::string& port, const View& in, const rxd::Network& network,
                         Specification& to) {
  std::vector<std::string> names;
  for (const auto& hold : network.holds()) names.push_back(hold.name);
  const auto found = std::ranges::find(names, in.text("boundary"));
  if (found == names.end()) {
    in.error("boundary", "there is no boundary \"{}\"{}", in.text("boundary"),
             config::did_you_mean(in.text("boundary"), names));
    return;
  }
  const auto& hold = network.holds()[static_cast<std::size_t>(found - names.begin())];
  const auto& variable = network.variables()[hold.variable];
  const bool state = network.model().species[variable.species].signed_value;
  to.values.push_back({port, state ? "1" : "mM", 0, hold.name, hold.variable,
                       fmt::format("what boundary {} holds {} at", hold.name, variable.name),
                       in.boolean("optional")});
}

}  // namespace

void read_port_needs(const View& in, const std::vector<Section>& cell, rxd::Model& to) {
  to.choices.push_back({"where", "where", read_where(in, cell)});
  if (in.has("outputs"))
    for (const auto& [port, keys] : in.entries("outputs"))
      to.choices.push_back({"outputs", port, read_where(keys, cell)});
  if (!in.has("inputs")) return;
  std::vector<std::string> names;
  for (const auto& p : to.parameters) names.push_back(p.name);
  for (const auto& [port, keys] : in.entries("inputs")) {
    const int kinds = static_cast<int>(keys.has("species")) +
                      static_cast<int>(keys.has("parameter")) +
                      static_cast<int>(keys.has("boundary"));
    if (kinds != 1)
      keys.problems().error(keys.place(),
                            "{}: an input is either of a `species:` (current), a `parameter:` or a "
                            "`boundary:`; {} of them are given",
                            port, kinds);
    if (!keys.has("parameter")) continue;
    const auto found = std::ranges::find(names, keys.text("parameter"));
    if (found == names.end())
      keys.error("parameter", "there is no parameter \"{}\"{}", keys.text("parameter"),
                 config::did_you_mean(keys.text("parameter"), names));
    else
      to.parameters[static_cast<std::size_t>(found - names.begin())].driven = true;
  }
}

void read_ports(const View& in, const rxd::Network& network, Specification& to) {
  if (in.has("inputs"))
    for (const auto& [port, keys] : in.entries("inputs")) {
      if (keys.has("species")) read_current(port, keys, network, to);
      if (keys.has("parameter")) read_parameter(port, keys, network, to);
      if (keys.has("boundary")) read_boundary_input(port, keys, network, to);
    }
  std::size_t choice = 0;
  if (in.has("outputs"))
    for (const auto& [port, keys] : in.entries("outputs")) {
      ++choice;  // 0 is the `where:` of the model
      const std::string variable = read_variable(keys, network);
      if (variable.empty()) continue;
      const bool state = species_of(network, variable).signed_value;
      if (!state && keys.has("unit"))
        keys.error("unit", "{}: a concentration is always in mM; `unit:` is for states", port);
      to.outputs.push_back({port, variable, state ? keys.text("unit") : "mM", choice});
      const bool voxels = to.grid.kind != VoxelGrid::Kind::none;
      if (keys.has("by") && !voxels && keys.text("by") == "voxel")
        keys.error("by", "{}: a model of cables has no voxels", port);
      to.outputs.back().by_segment = !voxels || (keys.has("by") && keys.text("by") == "segment");
    }
}

}  // namespace tutti::rxd_app
