// SPDX-License-Identifier: MIT
#include "model.hpp"

#include <algorithm>
#include <set>

#include "files.hpp"
#include "tutti/config/view.hpp"
#include "tutti/unit.hpp"

namespace player {

using namespace tutti::config;
using tutti::Unit;

namespace {

/// The one key of `kinds` that is written; adds a problem and gives "" where it is none or several.
std::string the_one(const View& view, std::initializer_list<const char*> kinds,
                    std::string_view what) {
  std::vector<std::string> found;
  std::vector<std::string> all;
  for (const char* kind : kinds) {
    all.emplace_back(kind);
    if (view.has(kind)) found.emplace_back(kind);
  }
  if (found.size() == 1) return found.front();
  view.problems().error(
      view.place(), "{}: {}; needed is exactly one of {}", what,
      found.empty() ? "no recipe" : fmt::format("{} at once", fmt::join(found, " and ")),
      fmt::join(all, ", "));
  return "";
}

tutti::Time time_or(const View& view, std::string_view key, tutti::Time otherwise) {
  return view.given(key) ? tutti::time_zero + view.time(key) : otherwise;
}

Poisson read_poisson(const View& view) {
  Poisson recipe;
  recipe.number = static_cast<std::uint64_t>(view.integer("number"));
  recipe.rate_hz = view.real("rate");
  recipe.start = tutti::time_zero + view.time("start");
  recipe.stop = time_or(view, "stop", never);
  recipe.dead_time = view.time("dead_time");
  recipe.depth = view.real("depth");
  recipe.frequency_hz = view.real("frequency");
  if (recipe.dead_time > Duration::zero() && recipe.depth > 0)
    view.error("depth", "depth and dead_time cannot be had together; leave one out");
  if (tutti::to_s(recipe.dead_time) * recipe.rate_hz >= 1)
    view.error("dead_time",
               "a dead time of {} leaves no room for {} Hz; it must be shorter than {} ms",
               recipe.dead_time, recipe.rate_hz, 1000 / recipe.rate_hz);
  return recipe;
}

Regular read_regular(const View& view) {
  const Duration interval = view.time("interval");
  return {static_cast<std::uint64_t>(view.integer("number")), interval,
          time_or(view, "first", tutti::time_zero + interval), time_or(view, "stop", never),
          view.time("stagger")};
}

Listed read_times(const View& view) {
  Listed recipe;
  for (const Node& neuron : view.node("times").items) {
    auto& train = recipe.trains.emplace_back();
    for (const Node& time : neuron.items)
      train.push_back({tutti::time_zero + tutti::parse_duration(time.text), 1});
    std::ranges::sort(train, {}, &ListedSpike::time);
  }
  if (recipe.trains.empty()) view.error("times", "times: an empty list; needed is one per neuron");
  return recipe;
}

Listed read_file(const View& view) {
  FileSelection selection;
  selection.path = view.path("path");
  if (view.has("population")) selection.population = view.text("population");
  if (view.has("number")) selection.number = static_cast<std::uint64_t>(view.integer("number"));
  selection.start = tutti::time_zero + view.time("start");
  selection.stop = time_or(view, "stop", never);
  selection.shift = view.time("shift");
  return spikes_of_file(selection);
}

/// Runs `read`, and turns what it says of a file into a problem at the place of `key`.
template <typename Read>
void at_place(const View& view, std::string_view key, Read read) {
  try {
    read();
  } catch (const tutti::Error& error) {
    view.error(key, "{}", error.what());
  }
}

void read_spikes(const View& view, const std::string& default_name, Model& model) {
  const std::string kind =
      the_one(view, {"poisson", "regular", "times", "file", "replay"}, "spikes");
  SpikeRecipe recipe{default_name, view.real("weight"), {}};
  if (view.has("population")) recipe.population = view.text("population");
  if (kind == "replay") {
    const View replay = view.child("replay");
    at_place(replay, "path", [&] {
      auto replayed = replayed_spikes(replay.path("path"),
                                      replay.has("port") ? replay.text("port") : std::string{});
      model.spike_table = std::move(replayed.table);
      for (SpikeRecipe& part : replayed.recipes) model.spikes.push_back(std::move(part));
    });
    return;
  }
  if (kind == "poisson") recipe.trains = read_poisson(view.child("poisson"));
  if (kind == "regular") recipe.trains = read_regular(view.child("regular"));
  if (kind == "times") recipe.trains = read_times(view);
  if (kind == "file") {
    const View file = view.child("file");
    at_place(file, "path", [&] { recipe.trains = read_file(file); });
  }
  model.spikes.push_back(std::move(recipe));
}

/// A value written with its unit, in `unit`; 0 where it is not there.
double value_of(const View& view, std::string_view key, const Unit& unit) {
  if (!view.has(key)) return 0;
  try {
    return tutti::value_in(view.text(key), unit);
  } catch (const tutti::Error& error) {
    view.error(key, "{}: {}", key, error.what());
    return 0;
  }
}

void read_shape(const View& view, const std::string& kind, const Unit& unit, SignalRecipe& recipe) {
  if (kind == "constant") recipe.shape = Constant{value_of(view, "constant", unit)};
  if (kind == "step") {
    const View step = view.child("step");
    recipe.shape = Step{value_of(step, "before", unit), value_of(step, "after", unit),
                        tutti::time_zero + step.time("at")};
  }
  if (kind == "sine") {
    const View sine = view.child("sine");
    recipe.shape = Sine{value_of(sine, "offset", unit), value_of(sine, "amplitude", unit),
                        sine.real("frequency"), sine.real("phase"), sine.real("shift")};
  }
  if (kind == "noise") {
    const View noise = view.child("noise");
    recipe.shape =
        Noise{value_of(noise, "mean", unit), value_of(noise, "sd", unit), noise.time("tau")};
  }
  if (kind == "replay") {
    const View replay = view.child("replay");
    at_place(replay, "path", [&] { replay_signal(replay.path("path"), recipe); });
  }
}

void read_signal(const std::string& port, const View& view, Model& model) {
  SignalRecipe recipe;
  recipe.port = port;
  if (!is_name(port))
    view.problems().error(view.place(),
                          "signals: \"{}\" is no name of a port; it takes a letter, then "
                          "letters, digits, _ or -",
                          port);
  if (port == "spikes")
    view.problems().error(view.place(), "signals: \"spikes\" is the name of the spike port");
  recipe.unit = view.text("unit");
  recipe.element = view.text("element");
  recipe.number = static_cast<std::uint64_t>(view.integer("number"));
  recipe.first = static_cast<std::uint64_t>(view.integer("first"));
  recipe.mean = view.boolean("mean");
  const std::string kind =
      the_one(view, {"constant", "step", "sine", "noise", "replay"}, "signals." + port);
  try {
    read_shape(view, kind, Unit::parse(recipe.unit), recipe);
  } catch (const tutti::Error& error) {
    view.error("unit", "unit: {}", error.what());
  }
  model.signals.push_back(std::move(recipe));
}

void check_names(const View& view, const Model& model) {
  std::set<std::string> names;
  for (const SpikeRecipe& recipe : model.spikes)
    if (!names.insert(recipe.population).second)
      view.error("spikes", "spikes: two populations called {}; name them with `population:`",
                 recipe.population);
}

}  // namespace

std::uint64_t Model::neurons() const {
  std::uint64_t count = 0;
  for (const SpikeRecipe& recipe : spikes) count += recipe.number();
  return count;
}

bool Model::weighted() const {
  return std::ranges::any_of(spikes, [](const SpikeRecipe& recipe) {
    if (recipe.weight != 1) return true;
    const auto* listed = std::get_if<Listed>(&recipe.trains);
    return listed != nullptr && std::ranges::any_of(listed->trains, [](const auto& train) {
             return std::ranges::any_of(train, [](const ListedSpike& s) { return s.weight != 1; });
           });
  });
}

Model read_model(const Node& node, const std::string& module) {
  Problems problems;
  if (!check(node, model_schema(), problems)) problems.raise();
  const View view{node, model_schema(), problems};
  Model model;
  if (view.has("spikes")) {
    if (view.is("spikes", Type::table))
      read_spikes(view.child("spikes"), module, model);
    else
      for (const View& entry : view.children("spikes")) read_spikes(entry, module, model);
  }
  if (model.spike_table && model.spike_table->ids.size() != model.neurons())
    model.spike_table.reset();  // there are others, of which only population and node are known
  check_names(view, model);
  for (const auto& [port, entry] : view.entries("signals")) read_signal(port, entry, model);
  if (!view.has("spikes") && !view.has("signals"))
    problems.error(view.place(), "nothing to play; write `spikes:` or `signals:`");
  problems.raise();
  return model;
}

}  // namespace player
