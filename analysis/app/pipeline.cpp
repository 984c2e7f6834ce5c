// SPDX-License-Identifier: MIT
#include "pipeline.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "keeping.hpp"
#include "looks.hpp"
#include "pipeline_keys.hpp"
#include "result_file.hpp"
#include "signal_stages.hpp"
#include "tutti/error.hpp"

namespace analysis {

using namespace tutti;

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
    spikes_[name].input = &module.spike_input(name, {.doc = "for the pipeline"});
    return;
  }
  auto& input = module.signal_input(
      name, {.unit = view.text("unit"), .take = Take::all, .doc = "for the pipeline"});
  inputs_.push_back({name, std::make_unique<SignalStage>(input, view.text("unit")), nullptr, {}});
}

// ---- what stages refer to
// ------------------------------------------------------------------------

const Flow* Pipeline::find(const std::string& name) const {
  for (const auto* entries : {&inputs_, &stages_})
    for (const auto& entry : *entries)
      if (entry.name == name && dynamic_cast<TriggerStage*>(entry.stage.get()) == nullptr)
        return &entry.stage->flow();
  return nullptr;
}

void Pipeline::no_such(const config::View& view, const char* key, const std::string& name,
                       bool spikes) const {
  std::vector<std::string> names;
  for (const auto* entries : {&inputs_, &stages_})
    for (const auto& entry : *entries)
      if (dynamic_cast<TriggerStage*>(entry.stage.get()) == nullptr) names.push_back(entry.name);
  if (spikes)
    for (const auto& [input, port] : spikes_) names.push_back(input);
  view.error(key, "there is no {} \"{}\" before this stage; there {}",
             spikes ? "signal and no spike input" : "signal", name,
             names.empty() ? "is none: name one under `inputs:`"
                           : fmt::format("are: {}", fmt::join(names, ", ")));
}

const Flow* Pipeline::source(const config::View& view) const {
  if (!view.has("of")) {
    view.error("measure", "`of:` is missing: an input or an earlier stage that is measured");
    return nullptr;
  }
  const auto* flow = find(view.text("of"));
  if (flow == nullptr) no_such(view, "of", view.text("of"), false);
  return flow;
}

Operand Pipeline::operand(const config::View& view, const char* key, bool spikes) const {
  if (!view.has(key)) {
    view.error("measure", "{} needs `from:` and `to:`, each as STAGE[ELEMENT]",
               view.text("measure"));
    return {};
  }
  const auto text = view.text(key);
  const auto reference = reference_of(text);
  if (!reference) {
    view.error(key, "\"{}\": write STAGE or STAGE[ELEMENT], as in rate[exc] or lfp[3]", text);
    return {};
  }
  const auto& [stage, element] = *reference;
  if (spikes)
    if (const auto found = spikes_.find(stage); found != spikes_.end())
      return {nullptr, &found->second.events, text, element};
  if (const auto* flow = find(stage)) return {flow, nullptr, text, element};
  if (view.has("of") && element.empty())  // an element of what `of` names
    if (const auto* flow = find(view.text("of"))) return {flow, nullptr, view.text("of"), text};
  no_such(view, key, stage, spikes);
  return {};
}

// ---- stages
// --------------------------------------------------------------------------------------

std::unique_ptr<Stage> Pipeline::make_rate(const config::View& view) {
  const auto name = view.has("of") ? view.text("of") : std::string{};
  if (const auto found = spikes_.find(name); found != spikes_.end())
    return std::make_unique<RateStage>(found->second.events, view.time("bin"));
  view.error("of",
             "a rate is of a spike input; \"{}\" is none: add `{}: {{kind: spikes}}` to `inputs:`",
             name, name);
  return nullptr;
}

std::unique_ptr<Stage> Pipeline::make_look(const config::View& view) {
  const auto kind = view.text("measure");
  const auto all = band_of(view, {0, INFINITY}), waves = band_of(view, {4, 100});
  const auto number = static_cast<std::size_t>(view.integer("frequencies"));
  const auto seed = static_cast<std::uint64_t>(view.integer("seed"));
  const auto cycles = view.real("cycles");
  const auto reach = view.time("reach");
  LookBackStage::Maker maker;
  std::vector<Operand> operands;
  if (kind == "psd") {
    operands = {{source(view), nullptr, view.has("of") ? view.text("of") : "", ""}};
    maker = [all](const Frame& f) { return psd(f, all); };
  } else {
    const bool spikes = kind == "phase_locking" || kind == "triggered";
    operands = {operand(view, "from", spikes), operand(view, "to", false)};
  }
  if (std::ranges::any_of(operands, [](const Operand& o) { return !o.flow && !o.events; }))
    return nullptr;
  if (kind == "triggered" && operands[0].events == nullptr)
    view.error("from", "an average around spikes needs a spike input, not \"{}\"",
               operands[0].name);
  if (kind == "coherence") maker = [all](const Frame& f) { return coherence(f, all); };
  if (kind == "phase_locking")
    maker = [=](const Frame& f) { return phase_locking(f, waves, number, cycles); };
  if (kind == "granger") maker = granger;
  if (kind == "transfer_entropy")
    maker = [seed](const Frame& f) { return transfer_entropy(f, seed); };
  if (kind == "triggered") maker = [reach](const Frame& f) { return triggered(f, reach); };
  return std::make_unique<LookBackStage>(kind, std::move(operands), view.time("window"),
                                         view.time("every"), std::move(maker));
}

std::unique_ptr<Stage> Pipeline::make(Module& module, const std::string& name,
                                      const config::View& view) {
  const auto kind = view.text("measure");
  if (kind == "rate") return make_rate(view);
  for (const char* look :
       {"psd", "coherence", "phase_locking", "granger", "transfer_entropy", "triggered"})
    if (kind == look) return make_look(view);
  const auto* from = source(view);
  if (from == nullptr) return nullptr;
  const auto beta = band_of(view, {13, 30});
  if (kind == "mean") return std::make_unique<MeanStage>(*from);
  if (kind == "average") return std::make_unique<AverageStage>(*from, view.time("bin"));
  if (kind == "csd") return std::make_unique<DensityStage>(*from, view.real("conductivity"));
  if (kind == "filter")
    return std::make_unique<FilterStage>(*from, beta,
                                         static_cast<std::size_t>(view.integer("order")));
  if (kind == "band_power")
    return std::make_unique<BandPowerStage>(*from, beta, view.time("window"));
  if (kind == "spectrogram")
    return std::make_unique<SpectrogramStage>(*from, band_of(view, {4, 100}),
                                              static_cast<std::size_t>(view.integer("frequencies")),
                                              view.real("cycles"), view.time("bin"));
  auto& output = module.spike_output(name, {.doc = "fires while " + view.text("of") + " is high"});
  return std::make_unique<TriggerStage>(*from, output, view.real("above"), view.time("refractory"));
}

void Pipeline::add_stage(Module& module, const std::string& name, const config::View& view) {
  for (const auto* entries : {&inputs_, &stages_})
    for (const auto& entry : *entries)
      if (entry.name == name)
        view.error("measure", "there is an input or a stage \"{}\" already", name);
  if (is_own_file(name))
    view.error("measure",
               "a stage cannot be called \"{}\": MODULE.{} is a file of the module's own", name,
               name == "rates" ? "rates.csv" : "analysis.h5");
  auto stage = make(module, name, view);
  if (stage == nullptr) return;
  const auto kind = view.text("measure");
  SignalOutput* output = nullptr;
  if (dynamic_cast<TriggerStage*>(stage.get()) == nullptr) {
    const auto key = kind == "triggered" ? "to" : "of";
    const auto from = view.has(key) ? reference_of(view.text(key)) : std::nullopt;
    const auto* flow = from ? find(from->stage) : nullptr;
    stage->flow().unit = unit_of(kind, flow != nullptr ? flow->unit : "");
    output = &module.signal_output(name, {.unit = stage->flow().unit, .doc = "measured: " + kind});
  }
  stages_.push_back({name, std::move(stage), output, {}});
}

void Pipeline::prepare() {
  for (auto& [name, port] : spikes_) port.events.elements = port.input->elements();
  for (auto* entries : {&inputs_, &stages_})
    for (auto& entry : *entries) {
      entry.stage->prepare();
      if (entry.output != nullptr) entry.output->offer(entry.stage->flow().elements);
    }
}

void Pipeline::work(const Window& window) {
  for (auto& entry : stages_)
    if (entry.output != nullptr) entry.output->put(window.begin, entry.stage->flow().latest);
  for (auto& [name, port] : spikes_) {
    const auto spikes = port.input->take();
    port.events.fresh.assign(spikes.begin(), spikes.end());
  }
  for (auto* entries : {&inputs_, &stages_})
    for (auto& entry : *entries) {
      auto& flow = entry.stage->flow();
      flow.fresh.clear();
      entry.stage->work(window);
      if (entries == &stages_)
        entry.kept.insert(entry.kept.end(), flow.fresh.begin(), flow.fresh.end());
    }
}

void Pipeline::visit(State& state) {
  for (auto* entries : {&inputs_, &stages_})
    for (auto& entry : *entries)
      state.entry("stage " + entry.name, 0, [&](Fields& fields) {
        fields(std::span{entry.stage->flow().latest});
        entry.stage->visit(fields);
        analysis::visit(fields, entry.kept);
      });
}

// ---- what people see
// -----------------------------------------------------------------------------

std::string Pipeline::line() const {
  std::string text;
  for (const auto& entry : stages_)
    if (const auto more = entry.stage->line(); !more.empty())
      text += fmt::format("{}{}: {}", text.empty() ? "" : "  ", entry.name, more);
  return text;
}

namespace {

/// Names of columns: of elements, and where there are several of a name, what tells them apart.
std::vector<std::string> columns_of(const Flow& flow) {
  auto names = names_of(flow);
  for (const auto& [column, unit] : {std::pair{"frequency", "Hz"}, std::pair{"lag", "ms"}}) {
    if (!flow.elements.has(column)) continue;
    const auto values = flow.elements.reals(column);
    for (const auto& p : flow.elements.populations)
      for (std::uint64_t k = p.first; k < p.first + p.count; ++k)
        names[k] = fmt::format("{} {:.4g} {}", p.name, values[k], unit);
  }
  return names;
}

}  // namespace

void Pipeline::write(const std::filesystem::path& folder, const std::string& module) const {
  for (const auto& entry : stages_) {
    if (entry.output == nullptr) continue;
    const auto path = folder / fmt::format("{}.{}.csv", module, entry.name);
    auto draft = path;
    draft += ".part";
    std::ofstream out{draft};
    const auto& flow = entry.stage->flow();
    const bool estimate = std::ranges::any_of(
        entry.kept, [](const Flow::Sample& s) { return std::isfinite(s.effective); });
    out << "time [ms]";
    for (const auto& name : columns_of(flow)) out << fmt::format(",{} [{}]", name, flow.unit);
    out << (estimate ? ",effective samples\n" : "\n");
    for (const auto& sample : entry.kept) {
      out << fmt::format("{},{}", to_ms(sample.time), fmt::join(sample.values, ","));
      if (estimate) out << fmt::format(",{:.4g}", sample.effective);
      out << "\n";
    }
    if (!out.flush()) throw Error{Fault::io, "cannot write {}", path.string()};
    std::filesystem::rename(draft, path);
  }
}

}  // namespace analysis
