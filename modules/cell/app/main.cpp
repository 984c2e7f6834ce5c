// SPDX-License-Identifier: MIT
// tutti-cell: cells and networks.
#include <algorithm>
#include <cstring>

#include "network/model.hpp"
#include "network/network.hpp"
#include "network/point_cells.hpp"
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

/// Every rank learns who fired: what internal connections need. Sorted by (instant, gid).
std::vector<cell::point::Spike> everybody(Module& module,
                                          std::span<const cell::point::Spike> fired) {
  const auto all = module.gather(std::as_bytes(fired));
  std::vector<cell::point::Spike> spikes;
  for (const auto& part : all) {
    const auto old = spikes.size();
    spikes.resize(old + part.size() / sizeof(cell::point::Spike));
    if (!part.empty()) std::memcpy(spikes.data() + old, part.data(), part.size());
  }
  std::ranges::sort(spikes, {}, [](const auto& s) { return std::pair{s.instant, s.source}; });
  return spikes;
}

/// Firings of cable cells and of point neurons of this rank up to `until`, by (instant, gid).
std::vector<cell::point::Spike> advance(cell::Network& cables, cell::PointCells& points, Time until,
                                        Duration dt) {
  std::vector<cell::point::Spike> fired;
  for (const auto& f : cables.advance(until))
    fired.push_back({static_cast<std::uint32_t>(f.gid),
                     static_cast<std::uint32_t>(ticks(f.time) / dt.count())});
  if (points.empty()) return fired;
  const auto more = points.advance(until);
  fired.insert(fired.end(), more.begin(), more.end());
  std::ranges::sort(fired, {}, [](const auto& s) { return std::pair{s.instant, s.source}; });
  return fired;
}

void run_network(Module& module, const cell::Model& model, Ports& ports) {
  const auto ranks = module.ranks();
  cell::Network network{model, module.seed(), ranks.rank, ranks.count};
  cell::PointCells points{model, module.seed(), ranks.rank, ranks.count, module.step()};
  const auto segments = network.segment_table();
  ports.spikes->offer(network.neuron_table());
  for (auto& output : ports.segments) {
    output.port->offer(segments);
    output.connected = output.port->connected();
  }
  for (std::size_t k = 0; k < ports.inputs.size(); ++k) {
    network.connect_input(k, ports.inputs[k]->elements().ids);
    points.connect_input(k, ports.inputs[k]->elements().ids);
  }
  points.start();
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
      for (const auto& spike : ports.inputs[k]->take()) {
        network.deliver_input(k, spike.element, spike.time);
        points.deliver_input(k, spike.element, spike.time);
      }
    if (window->empty()) continue;
    const auto fired = advance(network, points, window->end, model.dt);
    for (const auto& s : fired) ports.spikes->send(s.source, time_zero + model.dt * s.instant);
    if (!recurrent) continue;
    const auto all = everybody(module, fired);
    for (const auto& s : all) network.deliver(s.source, time_zero + model.dt * s.instant);
    points.deliver(all);
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
