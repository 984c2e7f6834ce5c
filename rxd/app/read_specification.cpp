// SPDX-License-Identifier: MIT
#include <algorithm>
#include <charconv>

#include "app/specification.hpp"
#include "app/units.hpp"
#include "solver/equation.hpp"
#include "solver/error.hpp"
#include "solver/network.hpp"
#include "tutti/config/view.hpp"
#include "tutti/error.hpp"

namespace tutti::rxd_app {

namespace {

using config::Problems;
using config::View;

const std::vector<std::string> swc_names = {"soma", "axon", "dend", "apic"};

/// SWC types from names or numbers.
std::vector<int> read_types(const View& parent) {
  std::vector<int> types;
  if (!parent.has("where")) return types;
  const View where = parent.child("where");
  for (const auto& word :
       where.has("swc_type") ? where.texts("swc_type") : std::vector<std::string>{}) {
    const auto named = std::ranges::find(swc_names, word);
    int number = 0;
    if (named != swc_names.end())
      types.push_back(static_cast<int>(named - swc_names.begin()) + 1);
    else if (const auto end = word.data() + word.size();
             std::from_chars(word.data(), end, number).ptr == end && !word.empty())
      types.push_back(number);
    else
      where.error("swc_type",
                  "\"{}\" is no SWC type: one of soma, axon, dend, apic or a number is needed{}",
                  word, config::did_you_mean(word, swc_names));
  }
  return types;
}

/// A text of the model in solver units; what is wrong with its unit is told at its place.
std::string expression(const View& in, std::string_view key, std::optional<std::string> unit = {}) {
  try {
    return in_solver_units(in.text(key), unit);
  } catch (const Error& e) {
    in.error(key, "{}", e.what());
    return "0";
  }
}

std::string converted(const std::string& text, const config::Location& place, Problems& problems) {
  try {
    return in_solver_units(text);
  } catch (const Error& e) {
    problems.error(place, "{}", e.what());
    return "0";
  }
}

rxd::Region read_region(const std::string& name, const View& in) {
  rxd::Region region{name, rxd::Region::Geometry::volume, in.real("fraction"), read_types(in)};
  const std::string geometry = in.text("geometry");
  if (geometry == "membrane") region.geometry = rxd::Region::Geometry::membrane;
  if (geometry == "scalable_border") {
    region.geometry = rxd::Region::Geometry::scalable_border;
    region.scale = in.real("scale");
    if (in.has("fraction")) in.error("fraction", "a scalable_border has a scale, not a fraction");
  } else if (in.has("scale")) {
    in.error("scale", "only a scalable_border has a scale; this geometry takes a fraction");
  }
  if (geometry == "inside" && in.has("fraction"))
    in.error("fraction", "the geometry inside is all of the volume: write fractional_volume");
  return region;
}

/// Regions and initial values, which species and states have in common.
rxd::Species read_homes(const std::string& name, const View& in, const rxd::Model& model) {
  rxd::Species species;
  species.name = name;
  if (in.has("regions"))
    species.regions = in.texts("regions");
  else if (model.regions.size() == 1)
    species.regions = {model.regions.front().name};
  else
    in.problems().error(in.place(), "{}: `regions:` must say where it lives, as there are {}", name,
                        model.regions.size());
  if (in.given("initial") && in.is("initial", config::Type::map)) {
    const auto values = in.text_entries("initial");
    for (const auto& home : species.regions) {
      const auto found =
          std::ranges::find(values, home, &std::pair<std::string, std::string>::first);
      if (found == values.end())
        in.error("initial", "{}: no initial value for region {}", name, home);
      species.initial_by_region.push_back(
          found == values.end() ? "0"
                                : converted(found->second, in.place("initial"), in.problems()));
    }
    for (const auto& [home, value] : values)
      if (std::ranges::find(species.regions, home) == species.regions.end())
        in.error("initial", "{} does not live in {}{}", name, home,
                 config::did_you_mean(home, species.regions));
  } else {
    species.initial = expression(in, "initial");
  }
  return species;
}

rxd::Reaction read_reaction(const std::string& name, const View& in) {
  rxd::Reaction reaction;
  reaction.name = name;
  reaction.equation = in.text("equation");
  if (in.has("region")) reaction.region = in.text("region");
  if (in.has("membrane")) reaction.membrane = in.text("membrane");
  const bool membrane = !reaction.membrane.empty();
  if (in.has("rate")) {
    if (in.has("forward") || in.has("backward"))
      in.error("rate", "{}: either `rate:` or constants `forward:` and `backward:`, not both",
               name);
    reaction.custom = true;
    reaction.forward = expression(in, "rate", rate_unit(0, membrane));
    return reaction;
  }
  if (!in.has("forward")) {
    in.problems().error(in.place(),
                        "{}: a rate is missing: `forward:` (and `backward:`) or `rate:`", name);
    return reaction;
  }
  int left = 0, right = 0;  // how many molecules meet, which decides the dimension of a constant
  try {
    const rxd::Equation equation = rxd::parse_equation(reaction.equation);
    for (const auto& p : equation.left) left += p.count;
    for (const auto& p : equation.right) right += p.count;
  } catch (const rxd::Error&) {
    // The network tells of it, at the character.
  }
  reaction.forward = expression(in, "forward", rate_unit(left, membrane));
  if (in.has("backward"))
    reaction.backward = expression(in, "backward", rate_unit(right, membrane));
  return reaction;
}

rxd::Model read_model(const View& in) {
  rxd::Model model;
  for (const auto& [name, region] : in.entries("regions"))
    model.regions.push_back(read_region(name, region));
  for (const auto& [name, keys] : in.entries("species")) {
    rxd::Species species = read_homes(name, keys, model);
    species.diffusion = keys.real("diffusion");
    species.charge = static_cast<int>(keys.integer("charge"));
    species.scale = keys.real("scale");
    model.species.push_back(species);
  }
  if (in.has("states"))
    for (const auto& [name, keys] : in.entries("states")) {
      model.species.push_back(read_homes(name, keys, model));
      model.species.back().scale = 1;
      model.species.back().signed_value = true;
    }
  if (in.has("parameters"))
    for (const auto& entry : in.node("parameters").entries)
      model.parameters.push_back(
          {entry.key, converted(entry.value.text, entry.value.place, in.problems())});
  if (in.has("reactions"))
    for (const auto& [name, keys] : in.entries("reactions"))
      model.reactions.push_back(read_reaction(name, keys));
  if (in.has("rates"))
    for (const auto& [of, text] : in.text_entries("rates"))
      model.rates.push_back({.of = of, .expression = text});
  return model;
}

/// "ca[cyt]" or "ca", checked against the network.
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

void read_ports(const View& in, const rxd::Network& network, Specification& to) {
  const auto& species = network.model().species;
  const auto species_of = [&](const std::string& variable) -> const rxd::Species& {
    return species[network.variables()[network.variable(variable)].species];
  };
  if (in.has("inputs"))
    for (const auto& [port, keys] : in.entries("inputs")) {
      CurrentInput input{port, read_variable(keys, network), 0, keys.boolean("optional")};
      if (input.variable.empty()) continue;
      input.charge = keys.has("charge") ? static_cast<int>(keys.integer("charge"))
                                        : species_of(input.variable).charge;
      if (input.charge == 0)
        keys.error("species", "{} has no charge, so no current carries it: give {} a `charge:`",
                   keys.text("species"), keys.text("species"));
      to.inputs.push_back(input);
    }
  if (in.has("outputs"))
    for (const auto& [port, keys] : in.entries("outputs")) {
      const std::string variable = read_variable(keys, network);
      if (variable.empty()) continue;
      const bool state =
          in.has("states") && in.node("states").find(species_of(variable).name) != nullptr;
      to.outputs.push_back({port, variable, state ? "1" : "mM"});
    }
}

/// Where in the file a complaint of the solver belongs.
config::Location place_of(const config::Node& root, const rxd::Complaint& complaint) {
  const config::Node* at = root.find(complaint.section);
  if (at != nullptr && at->find(complaint.item) == nullptr) at = root.find("states");
  if (at != nullptr) at = at->find(complaint.item);
  if (at == nullptr) return root.place;
  const auto field =
      complaint.field == "forward" && at->find("rate") != nullptr ? "rate" : complaint.field;
  if (const config::Node* inner = at->find(field)) at = inner;
  config::Location place = at->place;
  if (complaint.where && at->is_scalar() && place.line > 0)
    place.column += static_cast<int>(*complaint.where) + (at->quoted ? 1 : 0);
  return place;
}

}  // namespace

Specification read_specification(const config::Node& root) {
  Problems problems;
  const View in{root, schema(), problems};
  Specification specification;
  specification.types = read_types(in);
  specification.model = read_model(in);
  problems.raise();
  const View solver = in.child("solver");
  const std::string scheme = solver.text("scheme");
  Stepping& stepping = specification.stepping;
  stepping.adaptive = scheme == "adaptive";
  if (scheme == "first_order") stepping.scheme = ::rxd::Scheme::backward_euler;
  stepping.tolerance = solver.real("tolerance");
  if (solver.has("step"))
    stepping.longest_ms = std::chrono::duration<double, std::milli>(solver.time("step")).count();
  if (stepping.adaptive && solver.has("step"))
    solver.error("step", "an adaptive scheme chooses its own steps");
  if (!stepping.adaptive && solver.has("tolerance"))
    solver.error("tolerance", "only the adaptive scheme has a tolerance");
  try {
    read_ports(in, rxd::Network{specification.model}, specification);
  } catch (const rxd::ModelError& e) {
    for (const auto& c : e.complaints())
      problems.error(place_of(root, c), "{} {}{}{}: {}", c.section, c.item,
                     c.field.empty() ? "" : ", ", c.field, c.text);
  }
  problems.raise();
  return specification;
}

}  // namespace tutti::rxd_app
