// SPDX-License-Identifier: MIT
#include "network/read_point.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "tutti/config/check.hpp"
#include "tutti/error.hpp"
#include "tutti/unit.hpp"

namespace cell {

using namespace tutti::config;

namespace {

std::string list_of(const std::vector<std::string>& names) {
  std::string all;
  for (const auto& n : names) all += (all.empty() ? "" : ", ") + n;
  return all;
}

std::string meant(const std::string& word, const std::vector<std::string>& candidates) {
  const auto near = nearest(word, candidates);
  return near.empty() ? std::string{} : fmt::format("; did you mean \"{}\"?", near);
}

std::optional<double> number(const Node& node, const std::string& unit, Problems& problems) {
  try {
    if (!node.is_scalar())
      throw tutti::Error{tutti::Fault::config, "{} where a value in {} is needed", describe(node),
                         unit};
    return tutti::value_in(node.text, tutti::Unit::parse(unit));
  } catch (const tutti::Error& e) {
    problems.error(node.place, "{}", e.what());
    return std::nullopt;
  }
}

/// "0.1 mV", or {normal: [0.1 mV, 0.02 mV]}.
point::Distribution distribution(const Node& node, const std::string& unit, Problems& problems) {
  using Kind = point::Distribution::Kind;
  point::Distribution d;
  if (!node.is_map()) {
    d.a = number(node, unit, problems).value_or(0);
    return d;
  }
  const std::vector<std::string> names{"normal", "lognormal", "uniform"};
  if (node.entries.size() != 1 || std::ranges::find(names, node.entries[0].key) == names.end() ||
      node.entries[0].value.items.size() != 2) {
    problems.error(node.place,
                   "a value in {0}, or one of {{normal: [mean, sd]}}, {{lognormal: [mean, sd]}}, "
                   "{{uniform: [from, to]}} is needed",
                   unit);
    return d;
  }
  const auto& [name, place, ends] = node.entries[0];
  d.kind = name == "normal" ? Kind::normal : name == "lognormal" ? Kind::lognormal : Kind::uniform;
  d.a = number(ends.items[0], unit, problems).value_or(0);
  d.b = number(ends.items[1], unit, problems).value_or(0);
  if (d.kind == Kind::uniform ? d.b < d.a : d.b < 0)
    problems.error(place, "{}: {}", name,
                   d.kind == Kind::uniform ? "the lower end comes first"
                                           : "a standard deviation is not negative");
  if (d.kind == Kind::lognormal && d.a <= 0)
    problems.error(place, "lognormal: the mean must be above 0");
  return d;
}

/// Where inputs of a weight arrive: what `receptor:` says, or by the weight's sign.
std::size_t receptor(const View& view, const point::Model& kind, double weight) {
  if (view.has("receptor")) {
    const auto name = view.text("receptor");
    const auto found = std::ranges::find(kind.receptors, name);
    if (found != kind.receptors.end())
      return static_cast<std::size_t>(found - kind.receptors.begin());
    view.error("receptor", "{} has no receptor \"{}\"; it has {}{}", kind.name, name,
               list_of(kind.receptors), meant(name, kind.receptors));
    return 0;
  }
  return kind.receptors.size() > 1 && weight < 0 ? 1 : 0;
}

void check_weight(const View& view, const point::Model& kind, const point::Distribution& weight) {
  if (kind.weight_unit == "uS" && weight.a < 0)
    view.error("weight",
               "a conductance is not negative; for inhibition of {} write `receptor: inhibitory`",
               kind.name);
}

}  // namespace

double constant(const View& view, const char* key, const std::string& unit) {
  if (!view.has(key)) return 0;
  return number(view.node(key), unit, view.problems()).value_or(0);
}

void read_point_cell(const View& view, CellModel& cell) {
  cell.point = point::find_model(view.text("model"));
  for (const char* key : {"morphology", "sections", "membrane", "discretisation"})
    if (view.has(key))
      view.error(key, "cell {} is a point neuron, {}, and has no {}", cell.name, cell.point->name,
                 key);
  cell.values = point::Values{*cell.point};
  const auto& given = view.node("parameters");
  std::vector<std::string> names;
  for (const auto& p : cell.point->parameters) names.push_back(p.name);
  for (const auto& entry : given.entries) {
    const int which = cell.point->find(entry.key);
    if (which < 0) {
      view.problems().error(entry.place, "{} has no parameter \"{}\"; it has {}{}",
                            cell.point->name, entry.key, list_of(names), meant(entry.key, names));
      continue;
    }
    const auto& p = cell.point->parameters[static_cast<std::size_t>(which)];
    if (entry.value.is_map()) {
      auto d = distribution(entry.value, p.unit, view.problems());
      d.least = p.least;
      cell.drawn.emplace_back(which, d);
      continue;
    }
    const auto value = number(entry.value, p.unit, view.problems());
    if (!value) continue;
    if (*value < p.least)
      view.problems().error(entry.value.place, "{}: {} {} is too small; it must be {}", entry.key,
                            *value, p.unit, p.least > 0 ? "above 0" : "0 or more");
    cell.values.set(which, *value);
  }
}

void read_initial(const View& view, const point::Model& kind, PopulationModel& p) {
  if (kind.drive == point::Drive::events && view.has("initial"))
    view.error("initial", "{} is event-driven and starts from 0", kind.name);
  for (const auto& entry : view.node("initial").entries) {
    const auto found = std::ranges::find(kind.states, entry.key);
    if (found == kind.states.end()) {
      view.problems().error(entry.place, "{} has no state \"{}\"; it has {}{}", kind.name,
                            entry.key, list_of(kind.states), meant(entry.key, kind.states));
      continue;
    }
    const char first = entry.key[0];
    const std::string unit = entry.key == "v"               ? "mV"
                             : first == 'i' || first == 'w' ? "nA"
                             : first == 'g' || first == 'x' ? "uS"
                                                            : "1";
    p.initial.emplace_back(static_cast<std::size_t>(found - kind.states.begin()),
                           distribution(entry.value, unit, view.problems()));
  }
}

rules::Rule read_rule(const View& view) {
  using Kind = rules::Rule::Kind;
  rules::Rule rule;
  const auto r = view.child("rule");
  rule.self = view.boolean("allow_self");
  rule.multapses = r.boolean("multapses");
  constexpr std::array<std::pair<const char*, Kind>, 8> kinds{
      {{"all_to_all", Kind::all_to_all},
       {"one_to_one", Kind::one_to_one},
       {"probability", Kind::probability},
       {"fixed_indegree", Kind::fixed_indegree},
       {"fixed_outdegree", Kind::fixed_outdegree},
       {"fixed_total", Kind::fixed_total},
       {"small_world", Kind::small_world},
       {"list", Kind::list}}};
  int said = 0;
  for (const auto& [key, kind] : kinds) {
    if (!r.has(key)) continue;
    ++said;
    rule.kind = kind;
    if (kind == Kind::probability) rule.probability = r.real(key);
    if (kind >= Kind::fixed_indegree && kind <= Kind::small_world)
      rule.number = static_cast<std::uint64_t>(r.integer(key));
  }
  if (rule.kind == Kind::small_world) rule.probability = r.real("rewiring");
  if (rule.kind == Kind::list)
    for (const auto& pair : r.node("list").items) {
      if (pair.items.size() != 2)
        r.problems().error(pair.place, "list: a pair [source, target] is needed");
      else
        rule.pairs.emplace_back(std::stoull(pair.items[0].text), std::stoull(pair.items[1].text));
    }
  if (said > 1) {
    std::string all;
    for (const auto& [key, kind] : kinds) all += (all.empty() ? "" : ", ") + std::string{key};
    view.error("rule", "rule: give one of {}", all);
  }
  return rule;
}

void read_point_synapse(const View& view, const point::Model& kind, Projection& p) {
  if (view.has("synapse"))
    view.error("synapse", "connections onto point neurons take a `receptor:`, one of {}",
               list_of(kind.receptors));
  p.weight = distribution(view.node("weight"), kind.weight_unit, view.problems());
  check_weight(view, kind, p.weight);
  if (kind.weight_unit == "uS") p.weight.least = 0;
  p.receptor = receptor(view, kind, p.weight.a);
  if (view.has("tsodyks_markram")) {
    const auto s = view.child("tsodyks_markram");
    p.short_term = {s.real("U"), s.real("tau_rec"), s.real("tau_facil")};
    if (kind.drive == point::Drive::events)
      view.error("tsodyks_markram", "{} is event-driven and takes static synapses only", kind.name);
  }
  if (!view.has("delay")) return;
  p.delay_ms = distribution(view.node("delay"), "ms", view.problems());
  p.delay = tutti::nearest_tick(p.delay_ms.a).time_since_epoch();
}

void read_drives(const View& view, Model& model) {
  for (const auto& [name, entry] : view.entries("drives"))
    for (const auto& target : entry.texts("to")) {
      const auto found = std::ranges::find(model.populations, target, &PopulationModel::name);
      if (found == model.populations.end()) {
        std::vector<std::string> names;
        for (const auto& p : model.populations) names.push_back(p.name);
        entry.error("to", "no population is called \"{}\"; there are {}{}", target, list_of(names),
                    meant(target, names));
        continue;
      }
      const auto* kind = model.cells[found->cell].point;
      if (kind == nullptr) {
        entry.error("to", "\"{}\" is a population of cable cells; drives are for point neurons",
                    target);
        continue;
      }
      point::DriveSpec d;
      d.name = "drive/" + name;
      d.to = static_cast<std::size_t>(found - model.populations.begin());
      d.weight = number(entry.node("weight"), kind->weight_unit, view.problems()).value_or(0);
      check_weight(entry, *kind, {point::Distribution::Kind::constant, d.weight});
      d.receptor = receptor(entry, *kind, d.weight);
      d.rate_per_ms = 1e-3 * entry.real("rate");
      d.start_ms = entry.real("start");
      if (entry.has("stop")) d.stop_ms = entry.real("stop");
      if (d.rate_per_ms * tutti::to_ms(model.dt) > 1e4)
        entry.error("rate", "more than 10000 events in a step of {}; lower the rate", model.dt);
      model.drives.push_back(d);
    }
}

}  // namespace cell
