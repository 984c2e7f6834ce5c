// SPDX-License-Identifier: MIT
#include "network/read_projection.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "network/read_changes.hpp"
#include "network/read_point.hpp"
#include "network/read_spread.hpp"
#include "network/read_table.hpp"
#include "network/read_values.hpp"
#include "tutti/error.hpp"

namespace cell {

using namespace tutti::config;

namespace {

/// Whether cells of a population take something that is asked for by `takes`.
using Takes = bool (*)(const CellModel& cell);

bool takes_input(const CellModel& cell) {
  return cell.point == nullptr || !cell.point->is_source();
}
bool takes_current(const CellModel& cell) {
  return takes_input(cell) && (cell.point == nullptr || cell.point->drive == point::Drive::clock);
}

/// `from:` or `to:`: a population, several, or {populations: [...], where: FORMULA}; where it names
/// none, all that take what it is about.
void read_group(const View& view, const char* key, const Model& model, Takes takes,
                std::vector<std::size_t>& populations, std::optional<rules::Formula>& where) {
  const auto names = names_of(model.populations);
  const auto& node = view.node(key);
  const auto add = [&](const Node& word) {
    const auto k = named(word, "population", names, view.problems());
    if (std::ranges::find(populations, k) == populations.end()) populations.push_back(k);
  };
  const auto add_all = [&](const Node& list) {
    if (list.is_list())
      for (const auto& word : list.items) add(word);
    else
      add(list);
  };
  if (!node.is_map()) return add_all(node);
  for (const auto& entry : node.entries) {
    if (entry.key == "populations")
      add_all(entry.value);
    else if (entry.key == "where")
      where = formula(entry.value, model.words, rules::About::cell, view.problems());
    else
      view.problems().error(entry.place, "{}: \"{}\" where `populations:` or `where:` is needed{}",
                            key, entry.key, did_you_mean(entry.key, {"populations", "where"}));
  }
  if (node.find("populations") == nullptr && !model.cells.empty())
    for (std::size_t k = 0; k < names.size(); ++k)
      if (takes(model.cells[model.populations[k].cell])) populations.push_back(k);
  std::ranges::sort(populations);
}

void read_list(const View& r, rules::Rule& rule) {
  for (const auto& pair : r.node("list").items) {
    if (pair.items.size() != 2)
      r.problems().error(pair.place, "list: a pair [source, target] is needed");
    else
      rule.pairs.emplace_back(std::stoull(pair.items[0].text), std::stoull(pair.items[1].text));
  }
}

/// Columns source and target, numbers within what `from` and `to` name; weight and delay_ms where
/// they are there are taken from the file too.
void read_pairs_file(const View& r, rules::Rule& rule) {
  try {
    const auto path = r.path("file");
    const auto table = read_table(path);
    const auto *source = table.find("source"), *target = table.find("target");
    if (source == nullptr || target == nullptr) {
      r.error("file", "{} needs the columns source and target; it has {}", path.string(),
              list_of(table.names));
      return;
    }
    for (std::size_t k = 0; k < table.rows(); ++k) {
      const double s = (*source)[k], t = (*target)[k];
      if (!(s >= 0 && t >= 0 && s == std::floor(s) && t == std::floor(t))) {
        r.error("file", "{}: row {}: {} and {} are no numbers of cells", path.string(), k + 1, s,
                t);
        return;
      }
      rule.pairs.emplace_back(static_cast<std::uint64_t>(s), static_cast<std::uint64_t>(t));
    }
    if (const auto* weight = table.find("weight")) rule.weights = *weight;
    if (const auto* delay = table.find("delay")) rule.delays_ms = *delay;
  } catch (const tutti::Error& e) {
    r.error("file", "{}", e.what());
  }
}

void read_probability(const View& r, const Model& model, Projection& p) {
  const auto& node = r.node("probability");
  double value = 0;
  try {
    value = std::stod(node.text);
    if (node.text.find_first_not_of("0123456789.eE+- ") != std::string::npos)
      throw std::exception{};
  } catch (const std::exception&) {
    p.probability = formula(node, model.words, rules::About::pair, r.problems());
    return;
  }
  if (!(value >= 0 && value <= 1))
    r.error("probability", "a probability of {}; it must lie between 0 and 1", value);
  p.rule.probability = value;
}

void read_rule(const View& view, const Model& model, Projection& p) {
  using Kind = rules::Rule::Kind;
  const auto r = view.child("rule");
  auto& rule = p.rule;
  rule.self = view.boolean("allow_self");
  rule.multapses = r.boolean("multapses");
  constexpr std::array<std::pair<const char*, Kind>, 9> kinds{
      {{"all_to_all", Kind::all_to_all},
       {"one_to_one", Kind::one_to_one},
       {"probability", Kind::probability},
       {"fixed_indegree", Kind::fixed_indegree},
       {"fixed_outdegree", Kind::fixed_outdegree},
       {"fixed_total", Kind::fixed_total},
       {"small_world", Kind::small_world},
       {"list", Kind::list},
       {"file", Kind::list}}};
  std::vector<std::string> names;
  int said = 0;
  for (const auto& [key, kind] : kinds) {
    names.emplace_back(key);
    if (!r.has(key)) continue;
    ++said;
    rule.kind = kind;
    if (kind == Kind::probability) read_probability(r, model, p);
    if (kind >= Kind::fixed_indegree && kind <= Kind::small_world)
      rule.number = static_cast<std::uint64_t>(r.integer(key));
  }
  if (rule.kind == Kind::small_world) rule.probability = r.real("rewiring");
  if (r.has("list")) read_list(r, rule);
  if (r.has("file")) read_pairs_file(r, rule);
  if (said > 1) view.error("rule", "rule: give one of {}", list_of(names));
  if (!view.has("where")) return;
  p.where = formula(view.node("where"), model.words, rules::About::pair, view.problems());
  if (rule.kind == Kind::fixed_outdegree || rule.kind == Kind::fixed_total)
    view.error(
        "where",
        "a condition on pairs does not go with fixed_outdegree or fixed_total, whose numbers "
        "it would change; put it into `from:` or `to:`");
}

void read_delay(const View& view, const Model& model, rules::About about, tutti::Duration least,
                Projection& p) {
  p.delay_ms.drawn.a = 0;
  if (view.has("delay"))
    p.delay_ms = quantity(view.node("delay"), "ms", model.words, about, view.problems());
  if (p.delay_ms.formula || !p.rule.delays_ms.empty()) return;  // seen when they are made
  const double shortest = rules::least_of(p.delay_ms.drawn);
  if (shortest >= tutti::to_ms(least) * (1 - 1e-12)) return;
  if (p.delay_ms.is_constant())
    view.error("delay",
               "delay {} ms is shorter than the module's step of {}, in which its ranks exchange "
               "spikes; raise it, or shorten the step",
               shortest, least);
  else
    view.error(
        "delay",
        "delays that are drawn may be shorter than {}; add `min: {}` (what is drawn below is "
        "drawn again)",
        least == tutti::Duration{} ? "0 ms" : fmt::format("the module's step of {}", least),
        least == tutti::Duration{} ? "0 ms" : fmt::format("{}", least));
}

/// What one entry says for one of the populations that it names as targets.
Projection read_target(const View& view, const Model& model, Projection p, std::size_t to,
                       tutti::Duration least) {
  p.to = to;
  const auto& cell = model.cells[model.populations[to].cell];
  const auto about = cell.point == nullptr ? rules::About::contact : rules::About::pair;
  read_delay(view, model, about, least, p);
  if (cell.point != nullptr) {
    for (const char* key : {"spread", "sections", "synapses"})
      if (view.has(key)) view.error(key, "{}: is for connections onto cable cells", key);
    read_point_synapse(view, *cell.point, model.words, p);
    return p;
  }
  if (view.has("receptor"))
    view.error("receptor", "receptor is for connections onto point neurons");
  if (!view.has("synapse"))
    view.error("synapse", "connections onto cable cells need a kind of synapse, `synapse: NAME`");
  else
    p.synapse = named(view, "synapse", "kind of synapse", names_of(model.synapses));
  if (view.has("weight"))  // else the file of pairs has it
    p.weight = quantity(view.node("weight"), "uS", model.words, about, view.problems());
  p.weight.drawn.least = std::max(0.0, p.weight.drawn.least);
  read_spread(view, cell, p.spread);
  read_changes(view, "uS", p);
  return p;
}

std::uint64_t size_of(const Model& model, const std::vector<std::size_t>& populations) {
  std::uint64_t sum = 0;
  for (const auto k : populations) sum += model.populations[k].number;
  return sum;
}

std::vector<Projection> read_entry(const View& view, const std::string& name, const Model& model,
                                   std::optional<std::size_t> input, tutti::Duration least) {
  Projection p;
  p.name = name;
  p.place = view.place();
  p.input = input;
  read_group(view, "to", model, takes_input, p.targets, p.to_where);
  const Takes any = [](const CellModel&) { return true; };
  if (!input) read_group(view, "from", model, any, p.from, p.from_where);
  read_rule(view, model, p);
  if (!view.has("weight") && p.rule.weights.empty())
    view.error("weight", "{} needs a `weight:`", name);
  if (!input && !p.from_where && !p.to_where && !p.where) {
    const bool overlap = std::ranges::any_of(
        p.from, [&](auto k) { return std::ranges::find(p.targets, k) != p.targets.end(); });
    if (const auto wrong =
            rules::problem_of(p.rule, {size_of(model, p.from), size_of(model, p.targets), overlap});
        !wrong.empty())
      view.error("rule", "{}", wrong);
  }
  std::vector<Projection> all;
  for (const auto to : p.targets) all.push_back(read_target(view, model, p, to, least));
  return all;
}

}  // namespace

void read_connections(const View& view, Model& model, tutti::Duration step) {
  if (model.populations.empty() || model.cells.empty()) return;
  for (const auto& [port, entry] : view.entries("inputs"))
    model.inputs.emplace_back(
        port, read_entry(entry, "input/" + port, model, model.inputs.size(), tutti::Duration{}));
  std::size_t number = 0;
  for (const auto& entry : view.children("connections")) {
    const auto name = fmt::format("connection/{}", number++);
    for (auto& p : read_entry(entry, name, model, std::nullopt, std::max(step, tutti::Duration{1})))
      model.connections.push_back(std::move(p));
  }
}

namespace {

/// What flows, by `type:`; each has keys of its own.
void read_flow(const View& entry, const Model& model, CurrentModel& c) {
  using Kind = point::Current::Kind;
  static const std::vector<std::pair<std::string, std::vector<std::string>>> kinds{
      {"dc", {"amplitude"}},
      {"ac", {"amplitude", "offset", "frequency", "phase"}},
      {"step", {"times", "amplitudes"}},
      {"noise", {"mean", "sd", "interval", "tau"}},
      {"formula", {"amplitude"}}};
  const auto which = std::ranges::find(kinds, entry.text("type"), [](auto& k) { return k.first; });
  for (const auto& other : kinds)
    for (const auto& key : other.second)
      if (entry.has(key) && std::ranges::find(which->second, key) == which->second.end())
        return entry.error(key, "{}: is not for a current of type {}, which takes {}", key,
                           which->first, list_of(which->second));
  auto& current = c.current;
  current.kind = static_cast<Kind>(which - kinds.begin());
  current.start_ms = entry.real("start");
  if (entry.has("stop")) current.stop_ms = entry.real("stop");
  const auto& amplitude = entry.node("amplitude");
  if (current.kind == Kind::formula) {
    auto value =
        quantity(amplitude, "nA", model.words, rules::About::cell_in_time, entry.problems());
    c.formula = std::move(value.formula);
    if (!c.formula)
      entry.error("amplitude",
                  "a current of type formula needs one, with its unit behind: "
                  "`amplitude: (0.1 * sin(2 * pi * t / 125)) nA`");
    return;
  }
  if (entry.has("amplitude") && amplitude.text.starts_with('('))
    return entry.error("amplitude", "a formula of time needs `type: formula`");
  if (entry.has("amplitude"))
    current.amplitude = number(amplitude, "nA", entry.problems()).value_or(0);
  if (current.kind == Kind::noise) current.amplitude = entry.real("sd");
  current.offset = entry.real(current.kind == Kind::noise ? "mean" : "offset");
  current.per_ms = 1e-3 * entry.real("frequency");
  if (entry.has("phase"))
    current.phase = number(entry.node("phase"), "degree", entry.problems()).value_or(0) *
                    std::numbers::pi / 180;
  current.interval_ms = entry.has("interval") ? entry.real("interval") : tutti::to_ms(model.dt);
  if (entry.has("tau")) c.tau_ms = entry.real("tau");
  if (entry.has("tau") && entry.has("interval"))
    entry.error("tau", "a noise has either a correlation time `tau:` or an `interval:`");
  current.times_ms = entry.reals("times"), current.amplitudes = entry.reals("amplitudes");
  if (current.kind == Kind::step &&
      (current.times_ms.empty() || current.times_ms.size() != current.amplitudes.size() ||
       !std::ranges::is_sorted(current.times_ms)))
    entry.error("times",
                "a step current needs `times:` in ascending order and as many `amplitudes:`");
  if (current.kind == Kind::ac && !entry.has("frequency"))
    entry.error("frequency", "an alternating current needs a `frequency:`");
}

}  // namespace

void read_currents(const View& view, Model& model) {
  for (const auto& [name, entry] : view.entries("currents")) {
    CurrentModel c;
    c.name = "current/" + name;
    read_flow(entry, model, c);
    std::vector<std::size_t> populations;
    read_group(entry, "to", model, takes_current, populations, c.where);
    for (const auto k : populations) {
      if (model.populations.empty() || model.cells.empty()) break;
      const auto& cell = model.cells[model.populations[k].cell];
      if (!takes_current(cell)) {
        entry.error("to", "\"{}\" has cells of {}, which take no current",
                    model.populations[k].name, cell.point->name);
        continue;
      }
      if (cell.point != nullptr && c.tau_ms > 0)
        entry.error("tau", "\"{}\" has point neurons, whose noise has no `tau:` but an `interval:`",
                    model.populations[k].name);
      if (cell.point == nullptr && model.scheme == engine::Scheme::cvode)
        entry.error("to",
                    "currents into \"{}\": cells with steps of their own (cvode) take only "
                    "`clamps:`; take backward_euler or crank_nicolson",
                    model.populations[k].name);
      c.to = k;
      model.currents.push_back(c);
    }
  }
}

}  // namespace cell
