// SPDX-License-Identifier: MIT
#include <algorithm>

#include "app/read.hpp"
#include "app/units.hpp"
#include "solver/equation.hpp"
#include "solver/error.hpp"
#include "tutti/error.hpp"

namespace tutti::rxd_app {

namespace {

using config::Problems;
using config::View;

std::string converted(const std::string& text, const config::Location& place, Problems& problems) {
  try {
    return in_solver_units(text);
  } catch (const Error& e) {
    problems.error(place, "{}", e.what());
    return "0";
  }
}

/// What a geometry is called, what it is to the solver, and which key says how large it is.
struct Shape {
  const char* name;
  rxd::Region::Geometry geometry;
  const char* key;  // nullptr: none
  bool needed;      // of the key
};
using Geometry = rxd::Region::Geometry;
constexpr Shape shapes[] = {
    {"inside", Geometry::volume, nullptr, false},
    {"fractional_volume", Geometry::volume, "fraction", false},
    {"shell", Geometry::volume, "outer", true},
    {"fixed_cross_section", Geometry::cross_section, "cross_section", true},
    {"membrane", Geometry::membrane, "fraction", false},
    {"scalable_border", Geometry::scalable_border, "scale", false},
    {"fixed_perimeter", Geometry::perimeter, "perimeter", true},
    {"distributed_border", Geometry::distributed, "per_volume", true},
};

rxd::Region read_region(const std::string& name, const View& in, const std::vector<Section>& cell) {
  const std::string geometry = in.text("geometry");
  const Shape& shape = *std::ranges::find(shapes, geometry, &Shape::name);
  rxd::Region region{name, shape.geometry, 1, read_where(in, cell), 0};
  for (const char* key : {"fraction", "scale", "cross_section", "perimeter", "per_volume", "outer"})
    if (in.has(key) && (shape.key == nullptr || std::string_view{key} != shape.key))
      in.error(key, "the geometry {} has no {}{}{}", geometry, key,
               shape.key == nullptr ? "" : ", but a ", shape.key == nullptr ? "" : shape.key);
  if (shape.key != nullptr && in.has(shape.key))
    region.scale = in.real(shape.key);
  else if (shape.needed)
    in.problems().error(in.place(), "{}: the geometry {} needs `{}:`", name, geometry, shape.key);
  if (geometry == "shell") {  // fractions of the radius; its part of the volume and cross-section
    const double outer = region.scale, inner = in.has("inner") ? in.real("inner") : 0;
    if (inner >= outer) in.error("inner", "a shell from {} to {} has no volume", inner, outer);
    region.scale = outer * outer - inner * inner;
  } else if (in.has("inner")) {
    in.error("inner", "only a shell has an inner border");
  }
  if (in.has("conducting")) {
    if (region.geometry != Geometry::volume)
      in.error("conducting", "the geometry {} has no share of the cross-section", geometry);
    region.conducting = in.real("conducting");
  }
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

void read_diffusion(const View& in, rxd::Species& species) {
  if (!in.is("diffusion", config::Type::map)) {
    species.diffusion = in.real("diffusion");
    return;
  }
  species.diffusion_by_region.assign(species.regions.size(), 0);
  for (const auto& [home, value] : in.real_entries("diffusion")) {
    const auto found = std::ranges::find(species.regions, home);
    if (found == species.regions.end())
      in.error("diffusion", "{} does not live in {}{}", species.name, home,
               config::did_you_mean(home, species.regions));
    else
      species.diffusion_by_region[static_cast<std::size_t>(found - species.regions.begin())] =
          value;
  }
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

rxd::Boundary read_boundary(const std::string& name, const View& in,
                            const std::vector<Section>& cell) {
  rxd::Boundary boundary{name, in.text("species"), read_where(in, cell), expression(in, "value")};
  if (in.has("region")) boundary.of += "[" + in.text("region") + "]";
  return boundary;
}

}  // namespace

std::string expression(const View& in, std::string_view key, std::optional<std::string> unit) {
  try {
    return in_solver_units(in.text(key), unit);
  } catch (const Error& e) {
    in.error(key, "{}", e.what());
    return "0";
  }
}

rxd::Model read_model(const View& in, const std::vector<Section>& cell) {
  rxd::Model model;
  for (const auto& [name, region] : in.entries("regions"))
    model.regions.push_back(read_region(name, region, cell));
  for (const auto& [name, keys] : in.entries("species")) {
    rxd::Species species = read_homes(name, keys, model);
    read_diffusion(keys, species);
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
  if (in.has("boundaries"))
    for (const auto& [name, keys] : in.entries("boundaries"))
      model.boundaries.push_back(read_boundary(name, keys, cell));
  return model;
}

}  // namespace tutti::rxd_app
