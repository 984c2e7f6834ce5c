// SPDX-License-Identifier: MIT
#include "pipeline.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <fstream>

#include "tutti/error.hpp"

namespace analysis {

using namespace tutti;

namespace {

const std::vector<std::string> kinds{"rate",       "mean",    "csd",    "filter",
                                     "band_power", "granger", "trigger"};

const config::Table& input_table() {
  static const config::Table table{
      "input",
      "A port into the pipeline.",
      {config::choice("kind", {"spikes", "signal"}, "what flows").by_default("signal"),
       config::text("unit", "of a signal: what the stages compute in").by_default("mV")}};
  return table;
}

const config::Table& stage_table() {
  static const config::Table table{
      "stage",
      "One measure while the run goes on. Its result is a signal port of its name.",
      {config::choice("measure", kinds, "what it computes").needed(),
       config::text("of", "an input or an earlier stage").needed(),
       config::time("bin", "rate: width of a bin").above(0).by_default("5 ms"),
       config::text("band", "filter, band_power: delta, theta, alpha, beta, gamma, or 13-30 in Hz")
           .by_default("beta"),
       config::time("window", "band_power, granger: what is looked back on")
           .above(0)
           .by_default("250 ms"),
       config::time("every", "granger: how often; a result is there that much later")
           .above(0)
           .by_default("250 ms"),
       config::integer("order", "filter: of Butterworth's band-pass").between(1, 8).by_default("2"),
       config::text("from", "granger: an element of the source, by its population's name"),
       config::text("to", "granger: another"),
       config::real("above", "trigger: the threshold, in the source's unit").by_default("0"),
       config::time("refractory", "trigger: at most one spike in that time")
           .above(0)
           .by_default("100 ms"),
       config::quantity("conductivity", "S/m", "csd: of the tissue")
           .above(0)
           .by_default("0.3 S/m")}};
  return table;
}

/// The band's edges; adds a problem and gives 13–30 Hz where it is none.
Edges band_of(const config::View& view) {
  static const std::map<std::string, Edges> named{{"delta", {1, 4}},
                                                  {"theta", {4, 8}},
                                                  {"alpha", {8, 13}},
                                                  {"beta", {13, 30}},
                                                  {"gamma", {30, 80}}};
  const auto text = view.text("band");
  if (const auto found = named.find(text); found != named.end()) return found->second;
  Edges band;
  const char* last = text.data() + text.size();
  const auto [dash, fault] = std::from_chars(text.data(), last, band.low_hz);
  if (fault == std::errc{} && dash != last && *dash == '-') {
    const auto [end, wrong] = std::from_chars(dash + 1, last, band.high_hz);
    if (wrong == std::errc{} && end == last && band.low_hz > 0 && band.high_hz > band.low_hz)
      return band;
  }
  view.error("band", "\"{}\" is no band; write delta, theta, alpha, beta, gamma, or 13-30 (Hz)",
             text);
  return {13, 30};
}

/// The unit that a stage's port has, known before anything has joined.
std::string unit_of(const std::string& kind, const std::string& source) {
  if (kind == "rate") return "Hz";
  if (kind == "band_power") return source + "^2";
  if (kind == "csd") return "uA/mm^3";
  if (kind == "granger") return "1";
  return source;
}

}  // namespace

config::Field inputs_field() {
  return config::map("inputs", config::table("input", input_table()),
                     "ports for the pipeline; `spikes` and `v_ext` are there without it");
}

config::Field pipeline_field() {
  return config::map("pipeline", config::table("stage", stage_table()),
                     "measures in order, each with an output port of its name");
}

Pipeline::Pipeline(Module& module, const config::View& model) {
  for (const auto& [name, view] : model.entries("inputs")) add_input(module, name, view);
  for (const auto& [name, view] : model.entries("pipeline")) add_stage(module, name, view);
}

void Pipeline::add_input(Module& module, const std::string& name, const config::View& view) {
  if (view.text("kind") == "spikes") {
    spikes_[name] = &module.spike_input(name, {.doc = "for the pipeline"});
    return;
  }
  auto& input = module.signal_input(
      name, {.unit = view.text("unit"), .take = Take::all, .doc = "for the pipeline"});
  inputs_.push_back(
      {name, std::make_unique<SignalStage>(input, view.text("unit")), nullptr, nullptr, {}});
}

const Flow* Pipeline::source(const config::View& view) const {
  const auto name = view.text("of");
  std::vector<std::string> names;
  for (const auto* entries : {&inputs_, &stages_})
    for (const auto& entry : *entries) {
      if (entry.name == name) return &entry.stage->flow();
      if (entry.trigger == nullptr) names.push_back(entry.name);
    }
  view.error("of", "there is no signal \"{}\" before this stage; there {}", name,
             names.empty() ? "is none: name one under `inputs:`"
                           : fmt::format("are: {}", fmt::join(names, ", ")));
  return nullptr;
}

std::unique_ptr<Stage> Pipeline::make(Module& module, const std::string& name,
                                      const config::View& view) {
  const auto kind = view.text("measure");
  if (kind == "rate") {
    const auto found = spikes_.find(view.text("of"));
    if (found != spikes_.end())
      return std::make_unique<RateStage>(*found->second, view.time("bin"));
    view.error("of",
               "a rate is of a spike input; \"{}\" is none: add `{}: {{kind: spikes}}` to "
               "`inputs:`",
               view.text("of"), view.text("of"));
    return nullptr;
  }
  const auto* from = source(view);
  if (from == nullptr) return nullptr;
  if (kind == "mean") return std::make_unique<MeanStage>(*from);
  if (kind == "csd") return std::make_unique<DensityStage>(*from, view.real("conductivity"));
  if (kind == "filter")
    return std::make_unique<FilterStage>(*from, band_of(view),
                                         static_cast<std::size_t>(view.integer("order")));
  if (kind == "band_power")
    return std::make_unique<BandPowerStage>(*from, band_of(view), view.time("window"));
  if (kind == "granger") {
    if (!view.has("from") || !view.has("to")) {
      view.error("measure", "granger needs `from:` and `to:`, populations of its source");
      return nullptr;
    }
    return std::make_unique<GrangerStage>(*from, view.text("from"), view.text("to"),
                                          view.time("window"), view.time("every"));
  }
  auto& output = module.spike_output(name, {.doc = "fires while " + view.text("of") + " is high"});
  return std::make_unique<TriggerStage>(*from, output, view.real("above"), view.time("refractory"));
}

void Pipeline::add_stage(Module& module, const std::string& name, const config::View& view) {
  for (const auto* entries : {&inputs_, &stages_})
    for (const auto& entry : *entries)
      if (entry.name == name)
        view.error("measure", "there is an input or a stage \"{}\" already", name);
  auto stage = make(module, name, view);
  if (stage == nullptr) return;
  const auto kind = view.text("measure");
  auto* trigger = dynamic_cast<TriggerStage*>(stage.get());
  SignalOutput* output = nullptr;
  if (trigger == nullptr) {
    const auto* from = kind == "rate" ? nullptr : source(view);
    stage->flow().unit = unit_of(kind, from != nullptr ? from->unit : "");
    output = &module.signal_output(
        name, {.unit = stage->flow().unit, .doc = kind + " of " + view.text("of")});
  }
  stages_.push_back({name, std::move(stage), output, trigger, {}});
}

void Pipeline::prepare() {
  for (auto* entries : {&inputs_, &stages_})
    for (auto& entry : *entries) {
      entry.stage->prepare();
      if (entry.output != nullptr) entry.output->offer(entry.stage->flow().elements);
    }
}

void Pipeline::work(const Window& window) {
  for (auto& entry : stages_)
    if (entry.output != nullptr) entry.output->put(window.begin, entry.stage->flow().latest);
  for (auto* entries : {&inputs_, &stages_})
    for (auto& entry : *entries) {
      entry.stage->flow().fresh.clear();
      entry.stage->work(window.end);
      if (entries == &stages_)
        entry.kept.insert(entry.kept.end(), entry.stage->flow().fresh.begin(),
                          entry.stage->flow().fresh.end());
      if (entry.trigger != nullptr && window.end > window.begin) entry.trigger->fire(window.end);
    }
}

std::string Pipeline::line() const {
  std::string text;
  for (const auto& entry : stages_)
    if (const auto more = entry.stage->line(); !more.empty())
      text += fmt::format("{}{}: {}", text.empty() ? "" : "  ", entry.name, more);
  return text;
}

void Pipeline::write(const std::filesystem::path& folder) const {
  for (const auto& entry : stages_) {
    if (entry.trigger != nullptr) continue;
    const auto path = folder / (entry.name + ".csv");
    auto draft = path;
    draft += ".part";
    std::ofstream out{draft};
    const auto& flow = entry.stage->flow();
    out << "time [ms]";
    flow.elements.ids.for_each([&](std::uint64_t id) {
      const auto p = std::ranges::find_if(flow.elements.populations, [&](const Population& one) {
        return id - one.first < one.count;
      });
      const auto name = p == flow.elements.populations.end() ? std::to_string(id)
                        : p->count == 1                      ? p->name
                                        : fmt::format("{} {}", p->name, id - p->first);
      out << fmt::format(",{} [{}]", name, flow.unit);
    });
    out << "\n";
    for (const auto& sample : entry.kept)
      out << fmt::format("{},{}\n", to_ms(sample.time), fmt::join(sample.values, ","));
    if (!out.flush()) throw Error{Fault::io, "cannot write {}", path.string()};
    std::filesystem::rename(draft, path);
  }
}

}  // namespace analysis
