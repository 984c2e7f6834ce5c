// SPDX-License-Identifier: MIT
#include "app/outputs.hpp"

#include <algorithm>

namespace cell {
namespace {

using What = OutputModel::What;

std::string doc_of(const OutputModel& o) {
  const auto& info = engine::mechanisms()[static_cast<std::size_t>(o.mechanism)];
  switch (o.what) {
    case What::v:
      return "membrane potential";
    case What::i_membrane:
      return "total membrane current, outward positive";
    case What::i_ca:
      return "calcium current, outward positive";
    case What::i_na:
      return "sodium current, outward positive";
    case What::i_k:
      return "potassium current, outward positive";
    case What::cai:
      return "calcium concentration inside";
    case What::state:
      return info.states[static_cast<std::size_t>(o.state)] + " of " + info.name;
    default:
      return "current of " + info.name + ", outward positive";
  }
}

/// What ions carry is a mean over the step, so that none is lost between samples.
bool is_mean(What what) { return what == What::i_ca || what == What::i_na || what == What::i_k; }

}  // namespace

void Outputs::declare(tutti::Module& module, const Model& model) {
  const auto add = [&](const OutputModel& o) {
    outputs_.push_back({o, &module.signal_output(o.port, {.unit = unit_of(o),
                                                          .element = "segment",
                                                          .mean = is_mean(o.what),
                                                          .doc = doc_of(o)})});
  };
  add({.port = "v", .what = What::v});
  add({.port = "i_membrane", .what = What::i_membrane});
  add({.port = "i_ca", .what = What::i_ca});
  add({.port = "i_na", .what = What::i_na});
  add({.port = "i_k", .what = What::i_k});
  for (const auto& o : model.outputs) add(o);
}

bool Outputs::Output::counting() const {
  return model.what == What::i_na || model.what == What::i_k;
}

void Outputs::start(Network& network) {
  const auto segments = network.segment_table();
  for (auto& o : outputs_) {
    const Probe probe{o.model, network};
    o.port->offer(segments.rows(probe.elements()));
    always_counted_ = always_counted_ || (o.counting() && o.port->connected());
  }
  // with a step of its own a cell tells currents of the instant, which need no counting
  always_counted_ = always_counted_ || network.model().scheme == engine::Scheme::cvode;
  if (always_counted_) network.cells().count_ions();
  counted_ = always_counted_;
}

/// An observer of what ions carry gets its first mean a step after it came, since what went before
/// was not counted; once it has gone nothing is.
void Outputs::count_ions(Network& network) {
  if (always_counted_) return;
  const bool wanted = std::ranges::any_of(
      outputs_, [](const Output& o) { return o.counting() && o.port->in_use(); });
  if (wanted != counted_) network.cells().count_ions(wanted);
  counted_ = wanted;
}

std::span<float* const> Outputs::draft(tutti::Time t) {
  for (auto& o : outputs_) {
    if (o.model.what != What::i_membrane || !o.probe) continue;
    const auto runs = o.port->draft(t);
    if (runs.empty() || !o.probe->place(runs, places_)) continue;
    o.drafted = t;
    return places_;
  }
  return {};
}

void Outputs::put(Network& network, tutti::Time t) {
  const bool counted = counted_;
  count_ions(network);
  for (auto& o : outputs_) {
    if (!o.port->in_use() || (o.counting() && !counted)) continue;
    if (!o.port->wanted(t)) {
      o.port->skip(t);
      continue;
    }
    if (o.drafted == t && o.port->put_draft(t)) continue;
    if (!o.probe) o.probe.emplace(o.model, network);
    o.port->put(t, o.probe->read(network));
  }
}

}  // namespace cell
