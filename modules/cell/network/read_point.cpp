// SPDX-License-Identifier: MIT
#include "network/read_point.hpp"

#include <algorithm>

#include "network/read_changes.hpp"
#include "network/read_values.hpp"
#include "tutti/config/check.hpp"

namespace cell {

using namespace tutti::config;

namespace {

std::string meant(const std::string& word, const std::vector<std::string>& candidates) {
  const auto near = nearest(word, candidates);
  return near.empty() ? std::string{} : fmt::format("; did you mean \"{}\"?", near);
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

void check_weight(const View& view, const point::Model& kind, const rules::Distribution& weight) {
  if (kind.weight_unit == "uS" && weight.a < 0)
    view.error("weight",
               "a conductance is not negative; for inhibition of {} write `receptor: inhibitory`",
               kind.name);
}

/// LIF or AdExp with the receptors that the user says.
std::unique_ptr<const point::Model> with_receptors(const View& view, const point::Model& kind) {
  using Shape = point::Receptor::Shape;
  auto own = std::make_unique<point::Model>(kind);
  for (const auto& [name, entry] : view.entries("receptors")) {
    point::Receptor r;
    const auto type = entry.text("type");
    r.shape = type == "curr_exp"     ? Shape::curr_exp
              : type == "cond_exp"   ? Shape::cond_exp
              : type == "cond_alpha" ? Shape::cond_alpha
                                     : Shape::cond_beta;
    r.tau_decay = entry.real("tau"), r.e_rev = entry.real("e_rev");
    if (entry.has("tau_rise")) r.tau_rise = entry.real("tau_rise");
    if (r.shape == Shape::cond_beta && !(r.tau_rise > 0 && r.tau_rise < r.tau_decay))
      entry.error("tau_rise", "receptor {}: cond_beta needs a tau_rise shorter than its tau", name);
    own->receptors.push_back(name);
    own->responses.push_back(r);
    own->states.push_back("g_" + name), own->states.push_back("x_" + name);
  }
  if (own->receptors.empty() || own->receptors.size() > point::most_receptors)
    view.error("receptors", "{} needs `receptors:`, from one to {}", kind.name,
               point::most_receptors);
  return own;
}

/// A parameter that is a list, or one list for each neuron.
void read_list(const View& view, const Entry& entry, const point::Parameter& p,
               point::Values& values, int which) {
  const auto numbers = [&](const Node& list) {
    std::vector<double> all;
    for (const auto& item : list.items)
      all.push_back(number(item, p.unit, view.problems()).value_or(0));
    return all;
  };
  const auto& node = entry.value;
  if (!node.is_list()) {
    view.problems().error(node.place, "{}: {} where a list of values in {} is needed, [1 {}, 2 {}]",
                          entry.key, describe(node), p.unit, p.unit, p.unit);
    return;
  }
  std::vector<std::vector<double>> lists;
  if (!node.items.empty() && node.items[0].is_list())
    for (const auto& list : node.items) lists.push_back(numbers(list));
  else
    lists.push_back(numbers(node));
  values.set_lists(which, std::move(lists));
}

}  // namespace

void read_point_cell(const View& view, const rules::Words& words, CellModel& cell) {
  cell.point = point::find_model(view.text("model"));
  for (const char* key : {"morphology", "sections", "membrane", "discretisation"})
    if (view.has(key))
      view.error(key, "cell {} is a point neuron, {}, and has no {}", cell.name, cell.point->name,
                 key);
  if (cell.point->name == "LIF" || cell.point->name == "AdExp") {
    cell.own = with_receptors(view, *cell.point);
    cell.point = cell.own.get();
  } else if (view.has("receptors")) {
    view.error("receptors", "{} has receptors of its own, {}; LIF and AdExp take others",
               cell.point->name, list_of(cell.point->receptors));
  }
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
    if (p.list) {
      read_list(view, entry, p, cell.values, which);
      continue;
    }
    const auto before = view.problems().error_count();
    if (p.in_time) {
      auto course =
          quantity(entry.value, p.unit, words, rules::About::cell_in_time, view.problems());
      if (view.problems().error_count() > before) continue;
      if (course.formula && course.formula->reads_time()) {
        cell.courses.emplace_back(which, std::move(*course.formula));
        continue;
      }
    }
    auto value = quantity(entry.value, p.unit, words, rules::About::cell, view.problems());
    if (view.problems().error_count() > before) continue;
    if (!value.is_constant()) {
      value.drawn.least = std::max(value.drawn.least, p.least);
      cell.drawn.emplace_back(which, std::move(value));
      continue;
    }
    if (value.drawn.a < p.least)
      view.problems().error(entry.value.place, "{}: {} {} is too small; it must be {}", entry.key,
                            value.drawn.a, p.unit, p.least > 0 ? "above 0" : "0 or more");
    cell.values.set(which, value.drawn.a);
  }
}

void read_initial(const View& view, const point::Model& kind, const rules::Words& words,
                  PopulationModel& p) {
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
                           quantity(entry.value, unit, words, rules::About::cell, view.problems()));
  }
}

void read_point_synapse(const View& view, const point::Model& kind, const rules::Words& words,
                        Projection& p) {
  if (kind.is_source()) {
    view.error("to", "{} fires by itself and takes no input", kind.name);
    return;
  }
  if (view.has("synapse"))
    view.error("synapse", "connections onto point neurons take a `receptor:`, one of {}",
               list_of(kind.receptors));
  const std::string unit = kind.unit_of(view.has("receptor") ? receptor(view, kind, 0) : 0);
  if (view.has("weight"))  // else the file of pairs has it
    p.weight = quantity(view.node("weight"), unit, words, rules::About::pair, view.problems());
  if (unit == "uS") {
    check_weight(view, kind, p.weight.drawn);
    p.weight.drawn.least = std::max(0.0, p.weight.drawn.least);
  }
  p.receptor =
      receptor(view, kind, p.weight.formula ? p.weight.formula->factor() : p.weight.drawn.a);
  read_changes(view, unit, p);
}

namespace {

/// A drive's rate: a number, or a formula of t alone.
void read_rate(const View& entry, const point::Model& kind, const rules::Words& all,
               point::DriveSpec& d) {
  rules::Words words;
  words.numbers = all.numbers;
  auto rate =
      quantity(entry.node("rate"), "Hz", words, rules::About::cell_in_time, entry.problems());
  if (!rate.formula) {
    if (!rate.is_constant() || rate.drawn.a < 0)
      entry.error("rate",
                  "the rate of a drive is a number of 0 Hz or more, or a formula of t, "
                  "(8 * (1 + sin(2 * pi * t / 100))) kHz");
    d.rate_per_ms = 1e-3 * rate.drawn.a;
    return;
  }
  if (kind.drive == point::Drive::events)
    entry.error("rate", "a drive onto {}, which is event-driven, has a steady rate", kind.name);
  if (rate.formula->differs_by_cell())
    entry.error("rate",
                "the rate of a drive is the same for all its neurons, so its formula has no "
                "`uniform` or `normal`");
  d.rate_hz = [formula = std::move(*rate.formula)](double t_ms) {
    const std::uint64_t none = 0;
    double value = 0;
    formula.evaluate({.sources = {&none, 1}, .draws = {&none, 1}, .time = t_ms}, {&value, 1});
    return value;
  };
}

}  // namespace

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
      if (kind->is_source()) {
        entry.error("to", "\"{}\" has cells of {}, which take no input", target, kind->name);
        continue;
      }
      point::DriveSpec d;
      d.name = "drive/" + name;
      d.to = static_cast<std::size_t>(found - model.populations.begin());
      const auto which = entry.has("receptor") ? receptor(entry, *kind, 0) : 0;
      d.weight = number(entry.node("weight"), kind->unit_of(which), view.problems()).value_or(0);
      if (std::string_view{kind->unit_of(which)} == "uS")
        check_weight(entry, *kind, {rules::Distribution::Kind::constant, d.weight});
      d.receptor = receptor(entry, *kind, d.weight);
      read_rate(entry, *kind, model.words, d);
      d.start_ms = entry.real("start");
      if (entry.has("stop")) d.stop_ms = entry.real("stop");
      if (d.rate_per_ms * tutti::to_ms(model.dt) > 1e4)
        entry.error("rate", "more than 10000 events in a step of {}; lower the rate", model.dt);
      model.drives.push_back(d);
    }
}

}  // namespace cell
