// SPDX-License-Identifier: MIT
#include "app/outputs.hpp"

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

void Outputs::start(Network& network) {
  const auto segments = network.segment_table();
  for (auto& o : outputs_) {
    o.probe.emplace(o.model, network);
    o.port->offer(segments.rows(o.probe->elements()));
    // an observer may come at any time to what only has to be read; currents are computed on
    // request
    const bool at_hand = o.model.what == What::v || o.model.what == What::cai;
    if (!o.port->connected() && !at_hand) o.probe.reset();
    if (o.probe && (o.model.what == What::i_na || o.model.what == What::i_k))
      network.cells().count_ions();
  }
}

void Outputs::put(Network& network, tutti::Time t) {
  for (auto& o : outputs_)
    if (o.probe && o.port->in_use()) o.port->put(t, o.probe->read(network));
}

}  // namespace cell
