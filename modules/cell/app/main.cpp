// SPDX-License-Identifier: MIT
// tutti-cell: cells and networks.
#include <cstring>

#include "network/model.hpp"
#include "network/network.hpp"
#include "tutti/error.hpp"
#include "tutti/module.hpp"

namespace {

using namespace tutti;
using cell::engine::Quantity;

/// A signal of all segments, sent only where somebody is connected.
struct SegmentOutput {
  SignalOutput* port;
  Quantity what;
  bool connected = false;
};

struct Ports {
  std::vector<SpikeInput*> inputs;
  SignalInput* ca_i = nullptr;
  SpikeOutput* spikes = nullptr;
  std::vector<SegmentOutput> segments;
};

Ports declare(Module& module, const cell::Model& model) {
  Ports ports;
  for (const auto& [name, projection] : model.inputs)
    ports.inputs.push_back(
        &module.spike_input(name, {.doc = "spikes onto " + model.populations[projection.to].name}));
  ports.ca_i = &module.signal_input("ca_i", {.unit = "mM",
                                             .element = "segment",
                                             .optional = true,
                                             .doc = "calcium inside, of any segments"});
  ports.spikes = &module.spike_output("spikes", {.doc = "somatic threshold crossings"});
  const auto segment = [&](const char* name, const char* unit, Quantity what, bool mean,
                           const char* doc) {
    ports.segments.push_back(
        {&module.signal_output(name,
                               {.unit = unit, .element = "segment", .mean = mean, .doc = doc}),
         what});
  };
  segment("v", "mV", Quantity::v, false, "membrane potential");
  segment("i_membrane", "nA", Quantity::i_membrane, false,
          "total membrane current, outward positive");
  segment("i_ca", "nA", Quantity::i_ca, true, "calcium current, outward positive");
  return ports;
}

/// Calcium comes from outside for those of our segments that somebody offers.
Elements own_calcium(SignalInput& ca_i, const ElementTable& segments) {
  if (!ca_i.connected()) return {};
  const auto mine = intersection(ca_i.elements().ids, segments.ids);
  ca_i.want(mine);
  return mine;
}

/// Every rank learns who fired: what internal connections need.
void exchange(Module& module, cell::Network& network, std::span<const cell::Network::Fired> fired) {
  const auto all = module.gather(std::as_bytes(fired));
  std::vector<cell::Network::Fired> spikes;
  for (const auto& part : all) {
    const auto old = spikes.size();
    spikes.resize(old + part.size() / sizeof(cell::Network::Fired));
    std::memcpy(spikes.data() + old, part.data(), part.size());
  }
  for (const auto& spike : spikes) network.deliver(spike.gid, spike.time);
}

void run_network(Module& module, const cell::Model& model, Ports& ports) {
  const auto ranks = module.ranks();
  cell::Network network{model, module.seed(), ranks.rank, ranks.count};
  const auto segments = network.segment_table();
  ports.spikes->offer(network.neuron_table());
  for (auto& output : ports.segments) {
    output.port->offer(segments);
    output.connected = output.port->connected();
  }
  for (std::size_t k = 0; k < ports.inputs.size(); ++k)
    network.connect_input(k, ports.inputs[k]->elements().ids);
  network.cells().initialise();
  const auto calcium = own_calcium(*ports.ca_i, segments);
  const bool recurrent = !model.connections.empty();

  while (const auto window = module.next_window()) {
    for (auto& output : ports.segments)
      if (output.connected) output.port->put(window->begin, network.read(output.what));
    network.cells().begin_mean();
    if (!calcium.empty()) {
      const auto values = ports.ca_i->at(window->begin);
      std::size_t k = 0;
      calcium.for_each([&](std::uint64_t segment) { network.set_cai(segment, values[k++]); });
    }
    for (std::size_t k = 0; k < ports.inputs.size(); ++k)
      for (const auto& spike : ports.inputs[k]->take())
        network.deliver_input(k, spike.element, spike.time);
    if (window->empty()) continue;
    const auto fired = network.advance(window->end);
    for (const auto& spike : fired) ports.spikes->send(spike.gid, spike.time);
    if (recurrent) exchange(module, network, fired);
  }
}

void body(Module& module) {
  const auto model = cell::read_model(module.model(), module.step());
  auto ports = declare(module, model);
  std::size_t segments = 0;
  for (const auto& p : model.populations)
    segments += p.number * model.cells[p.cell].type.cable.segments.size();
  module.summarise(fmt::format("{} cells, {} segments", model.cell_count(), segments));
  run_network(module, model, ports);
}

}  // namespace

int main(int argc, char** argv) { return tutti::run(argc, argv, cell::model_schema(), body); }
