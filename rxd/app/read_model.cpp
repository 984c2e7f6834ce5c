// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include "app/read.hpp"
#include "app/units.hpp"
#include "solver/equation.hpp"
#include "solver/error.hpp"
#include "tutti/error.hpp"

namespace tutti::rxd_app {

namespace {

using config::Problems;
using config::View;

std::string converted(const std::string& text, const config::Location& place, Problems& problems,
                      std::optional<std::string> unit = {}) {
  try {
    return in_solver_units(text, unit);
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
    {"extracellular", Geometry::volume, "volume_fraction", true},
};

rxd::Region read_region(const std::string& name, const View& in, const std::vector<Section>& cell) {
  const std::string geometry = in.text("geometry");
  const Shape& shape = *std::ranges::find(shapes, geometry, &Shape::name);
  rxd::Region region{name, shape.geometry, 1, read_where(in, cell), 0};
  for (const char* key : {"fraction", "scale", "cross_section", "perimeter", "per_volume", "outer",
                          "volume_fraction"})
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
  if (geometry == "extracellular") {
    const double tortuosity = in.real("tortuosity");
    region.outside = true;
    region.conducting = region.scale / (tortuosity * tortuosity);
  } else if (in.has("tortuosity")) {
    in.error("tortuosity", "only a region of geometry extracellular has a tortuosity");
  }
  if (in.has("conducting")) {
    if (region.geometry != Geometry::volume)
      in.error("conducting", "the geometry {} has no share of the cross-section", geometry);
    region.conducting = in.real("conducting");
  }
  return region;
}

/// The unit of a species or state; none where it lives on a membrane, in molecules by area.
std::optional<std::string> amount_unit(const rxd::Species& species, const rxd::Model& model) {
  if (species.signed_value) return "1";
  const bool volumes = std::ranges::all_of(model.regions, [&](const rxd::Region& r) {
    return r.is_volume() || std::ranges::find(species.regions, r.name) == species.regions.end();
  });
  return volumes ? std::optional<std::string>{"mM"} : std::nullopt;
}

/// The same of what is called "ca" or "ca[cyt]"; none where that is unknown.
std::optional<std::string> unit_of(const std::string& variable, const rxd::Model& model) {
  const std::string name = variable.substr(0, variable.find('['));
  const auto of = std::ranges::find(model.species, name, &rxd::Species::name);
  return of == model.species.end() ? std::nullopt : amount_unit(*of, model);
}

/// An expression that is added to the time derivative of a species or state.
rxd::Rate read_rate(const config::Entry& entry, const rxd::Model& model, Problems& problems) {
  const auto unit = unit_of(entry.key, model);
  return {.of = entry.key,
          .expression = converted(
              entry.value.text, entry.value.place, problems,
              unit ? std::optional{(*unit == "1" ? "" : *unit + " ") + "ms-1"} : std::nullopt)};
}

/// Regions and initial values, which species and states have in common.
rxd::Species read_homes(const std::string& name, const View& in, const rxd::Model& model,
                        bool state) {
  rxd::Species species;
  species.name = name;
  species.signed_value = state;
  if (in.has("regions"))
    species.regions = in.texts("regions");
  else if (model.regions.size() == 1)
    species.regions = {model.regions.front().name};
  else
    in.problems().error(in.place(), "{}: `regions:` must say where it lives, as there are {}", name,
                        model.regions.size());
  const auto unit = amount_unit(species, model);
  if (in.given("initial") && in.is("initial", config::Type::map)) {
    const auto values = in.text_entries("initial");
    for (const auto& home : species.regions) {
      const auto found =
          std::ranges::find(values, home, &std::pair<std::string, std::string>::first);
      if (found == values.end())
        in.error("initial", "{}: no initial value for region {}", name, home);
      species.initial_by_region.push_back(
          found == values.end()
              ? "0"
              : converted(found->second, in.place("initial"), in.problems(), unit));
    }
    for (const auto& [home, value] : values)
      if (std::ranges::find(species.regions, home) == species.regions.end())
        in.error("initial", "{} does not live in {}{}", name, home,
                 config::did_you_mean(home, species.regions));
  } else {
    species.initial = expression(in, "initial", unit);
  }
  return species;
}

/// A diffusion constant: a number with its unit, or an expression that the constant 1 is
/// multiplied with.
void read_constant(const std::string& text, const View& in, double& constant,
                   std::string& profile) {
  try {
    const std::string converted = in_solver_units(text, "um2/ms");
    std::size_t end = 0;
    try {
      constant = std::stod(converted, &end);
    } catch (const std::exception&) {
      end = 0;  // an expression
    }
    if (end == converted.size()) {
      if (converted == text && constant != 0)
        in.error("diffusion", "{} has no unit: write {} um2/ms", text, text);
      if (constant < 0) in.error("diffusion", "{} is negative", text);
      return;
    }
    constant = 1;
    profile = converted;
  } catch (const Error& e) {
    in.error("diffusion", "{}", e.what());
  }
}

void read_diffusion(const View& in, rxd::Species& species, bool voxels) {
  const std::size_t regions = species.regions.size();
  species.profile_by_region.assign(regions, "");
  if (in.is("diffusion", config::Type::list)) {
    const auto axes = in.reals("diffusion");
    if (axes.size() != 3 || !voxels)
      in.error("diffusion",
               "one constant for each of x, y and z is for voxels: three numbers and a model with "
               "`voxels:` are needed");
    else
      std::ranges::copy(axes, species.axes.begin());
    species.diffusion = std::ranges::any_of(axes, [](double d) { return d > 0; }) ? 1 : 0;
    return;
  }
  if (!in.is("diffusion", config::Type::map)) {
    std::string profile;
    read_constant(in.text("diffusion"), in, species.diffusion, profile);
    species.profile_by_region.assign(regions, profile);
    return;
  }
  species.diffusion_by_region.assign(regions, 0);
  for (const auto& [home, value] : in.text_entries("diffusion")) {
    const auto found = std::ranges::find(species.regions, home);
    const auto n = static_cast<std::size_t>(found - species.regions.begin());
    if (n == regions)
      in.error("diffusion", "{} does not live in {}{}", species.name, home,
               config::did_you_mean(home, species.regions));
    else
      read_constant(value, in, species.diffusion_by_region[n], species.profile_by_region[n]);
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
  double left = 0, right = 0;  // how many molecules meet, which decides the dimension of a constant
  try {
    const rxd::Equation equation = rxd::parse_equation(reaction.equation);
    for (const auto& p : equation.left) left += p.count;
    for (const auto& p : equation.right) right += p.count;
  } catch (const rxd::Error&) {
    // The network tells of it, at the character.
  }
  // The unit of a constant of fractional order is no unit that can be written.
  const auto unit = [&](double order) {
    return order == std::floor(order) ? std::optional{rate_unit(static_cast<int>(order), membrane)}
                                      : std::nullopt;
  };
  reaction.forward = expression(in, "forward", unit(left));
  if (in.has("backward")) reaction.backward = expression(in, "backward", unit(right));
  return reaction;
}

rxd::Boundary read_boundary(const std::string& name, const View& in,
                            const std::vector<Section>& cell, const rxd::Model& model) {
  rxd::Boundary boundary{name, in.text("species"), read_where(in, cell),
                         expression(in, "value", unit_of(in.text("species"), model))};
  if (in.has("region")) boundary.of += "[" + in.text("region") + "]";
  return boundary;
}

/// A flux through the membrane is a reaction that makes a species out of nothing there.
void read_flux(const std::string& name, const View& in, const std::vector<Section>& cell,
               rxd::Model& to) {
  rxd::Region membrane{name + " membrane", Geometry::membrane, 1, read_where(in, cell)};
  rxd::Reaction reaction{.name = name, .equation = "0 > " + in.text("species")};
  if (in.has("region")) reaction.equation += "[" + in.text("region") + "]";
  reaction.custom = true;
  reaction.forward = expression(in, "flux", rate_unit(0, true));
  reaction.membrane = membrane.name;
  to.regions.push_back(membrane);
  to.reactions.push_back(reaction);
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
    rxd::Species species = read_homes(name, keys, model, false);
    read_diffusion(keys, species, in.has("voxels"));
    species.charge = static_cast<int>(keys.integer("charge"));
    species.scale = keys.real("scale");
    model.species.push_back(species);
  }
  if (in.has("states"))
    for (const auto& [name, keys] : in.entries("states")) {
      model.species.push_back(read_homes(name, keys, model, true));
      model.species.back().scale = 1;
    }
  if (in.has("parameters"))
    for (const auto& entry : in.node("parameters").entries)
      model.parameters.push_back(
          {entry.key, converted(entry.value.text, entry.value.place, in.problems())});
  if (in.has("reactions"))
    for (const auto& [name, keys] : in.entries("reactions"))
      model.reactions.push_back(read_reaction(name, keys));
  if (in.has("rates"))
    for (const auto& entry : in.node("rates").entries)
      model.rates.push_back(read_rate(entry, model, in.problems()));
  if (in.has("boundaries"))
    for (const auto& [name, keys] : in.entries("boundaries")) {
      if (keys.has("value") == keys.has("flux"))
        keys.problems().error(
            keys.place(), "{}: a boundary has either a `value:` that it holds or a `flux:`", name);
      else if (keys.has("flux"))
        read_flux(name, keys, cell, model);
      else
        model.boundaries.push_back(read_boundary(name, keys, cell, model));
    }
  return model;
}

}  // namespace tutti::rxd_app
