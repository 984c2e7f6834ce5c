// SPDX-License-Identifier: MIT
// tutti-cell: cells and networks.
#include <algorithm>
#include <cstring>
#include <string_view>

#include "app/feeds.hpp"
#include "app/inputs.hpp"
#include "app/inspect.hpp"
#include "app/outputs.hpp"
#include "engine/reference.hpp"
#include "network/atlas.hpp"
#include "network/contacts.hpp"
#include "network/event_cells.hpp"
#include "network/model.hpp"
#include "network/network.hpp"
#include "network/point_cells.hpp"
#include "point/reference.hpp"
#include "sonata/build.hpp"
#include "sonata/run_file.hpp"
#include "tutti/error.hpp"
#include "tutti/module.hpp"

namespace {

using namespace tutti;

struct Ports {
  cell::Inputs inputs;
  cell::Feeds feeds;
  SignalInput* reward = nullptr;    // where weights follow one
  SignalOutput* weights = nullptr;  // where there are plastic ones
  SpikeOutput* spikes = nullptr;
  cell::Outputs outputs;
};

Ports declare(Module& module, const cell::Model& model) {
  Ports ports;
  ports.inputs.declare(module, model);
  ports.feeds.declare(module, model);
  if (std::ranges::any_of(model.connections,
                          [](const auto& p) { return p.plasticity.has_value(); }))
    ports.weights = &module.signal_output(
        "weights",
        {.element = "neuron",
         .doc = "mean relative weight of a neuron's plastic synapses: 0 w_min, 1 w_max"});
  if (std::ranges::any_of(model.connections,
                          [](const auto& p) { return p.plasticity && p.plasticity->rewarded; }))
    ports.reward =
        &module.signal_input("reward", {.optional = true,
                                        .doc = "what rewarded synapses learn from; the mean of all "
                                               "elements, 0 where nobody gives one"});
  ports.spikes = &module.spike_output("spikes", {.doc = "somatic threshold crossings"});
  ports.outputs.declare(module, model);
  return ports;
}

/// Every rank learns what each has: one list, in the order of the ranks.
template <typename T>
std::vector<T> everybody(Module& module, std::span<const T> mine) {
  std::vector<T> all;
  for (const auto& part : module.gather(std::as_bytes(mine))) {
    const auto old = all.size();
    all.resize(old + part.size() / sizeof(T));
    if (!part.empty()) std::memcpy(all.data() + old, part.data(), part.size());
  }
  return all;
}

/// Everything of one rank that fires.
struct Cells {
  cell::Network cables;
  cell::PointCells points;
  cell::EventCells events;
  bool any_events;  // or spikes off the grid, on any rank

  void reward(Time t, double value) {
    cables.reward(t, value);
    points.reward(t, value);
    events.reward(t, value);
  }
};

/// Every rank learns who fired and delivers it to its own cells, in an order that ranks do not
/// change.
void exchange(Module& module, Duration dt, Cells& cells,
              std::span<const cell::point::Spike> clocked,
              std::span<const cell::point::TimedSpike> timed) {
  auto spikes = everybody<cell::point::Spike>(module, clocked);
  for (const auto& s : spikes) {
    cells.cables.deliver(s.source, time_zero + dt * s.instant);
    cells.events.deliver(s.source, time_zero + dt * s.instant);
  }
  if (cells.any_events) {
    auto all = everybody<cell::point::TimedSpike>(module, timed);
    std::ranges::sort(all, {}, [](const auto& s) { return std::pair{s.time, s.source}; });
    for (const auto& s : all) {
      cells.cables.deliver(s.source, time_zero + Duration{s.time});
      cells.events.deliver(s.source, time_zero + Duration{s.time});
    }
    for (const auto& s : all)  // a clock hears at its next step
      spikes.push_back({static_cast<std::uint32_t>(s.source),
                        static_cast<std::uint32_t>((s.time + dt.count() - 1) / dt.count())});
  }
  std::ranges::sort(spikes, {}, [](const auto& s) { return std::pair{s.instant, s.source}; });
  cells.points.deliver(spikes);
}

/// Firings of cable cells and of point neurons of this rank up to `until`, by (instant, gid); those
/// of cable cells that lie off the grid go to `timed` instead.
std::vector<cell::point::Spike> advance(cell::Network& cables, cell::PointCells& points, Time until,
                                        const cell::Model& model, std::span<float* const> membranes,
                                        std::vector<cell::point::TimedSpike>& timed) {
  std::vector<cell::point::Spike> fired;
  for (const auto& f : cables.advance(until, membranes))
    if (model.exact_spikes)
      timed.push_back({f.gid, ticks(f.time)});
    else
      fired.push_back({static_cast<std::uint32_t>(f.gid),
                       static_cast<std::uint32_t>(ticks(f.time) / model.dt.count())});
  if (points.empty()) return fired;
  const auto more = points.advance(until);
  fired.insert(fired.end(), more.begin(), more.end());
  std::ranges::sort(fired, {}, [](const auto& s) { return std::pair{s.instant, s.source}; });
  return fired;
}

/// The least of the ranks' sets of instructions, so that every rank computes with the same.
void choose_instructions(Module& module, cell::engine::Population& cells) {
  const auto mine = cell::engine::best_instructions();
  const auto all = everybody<cell::engine::Instructions>(module, {&mine, 1});
  const auto least = *std::ranges::min_element(all);
  cells.use_instructions(least);
  if (module.ranks().rank == 0)
    fmt::print(stderr, "computes with {} instructions\n", cell::engine::name_of(least));  // the log
}

/// Mean relative weights of plastic synapses onto the cells of this rank, by gid.
std::vector<double> plastic_means(const Cells& cells, const Elements& all) {
  std::vector<double> means(all.size());
  const auto place = [&](const Elements& some, const std::vector<double>& values) {
    for (std::size_t k = 0; k < values.size(); ++k) means[*all.index_of(some.at(k))] = values[k];
  };
  place(cells.cables.plastic(), cells.cables.plastic_means());
  if (!cells.points.empty()) place(cells.points.plastic(), cells.points.plastic_means());
  place(cells.events.plastic(), cells.events.plastic_means());
  return means;
}

/// What checkpoints hold of all cells.
void keep(Module& module, Cells& cells, cell::Inputs& inputs) {
  module.keep([&](State& state) {
    cells.cables.visit(state, module.begin());
    cells.points.visit(state, module.begin());
    cells.events.visit(state, module.begin());
    if (!state.saving()) inputs.resume(module.begin());
  });
}

double mean(std::span<const double> values) {
  double sum = 0;
  for (const double v : values) sum += v;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

void run_network(Module& module, const cell::Model& model, Ports& ports) {
  const auto ranks = module.ranks();
  cell::Atlas atlas{model, module.seed()};
  module.warn(cell::idle_conditions(atlas));
  module.warn(cell::idle_places(atlas));
  Cells cells{{atlas, ranks.rank, ranks.count},
              {atlas, ranks.rank, ranks.count},
              {atlas, ranks.rank, ranks.count},
              model.exact_spikes};
  for (std::size_t k = 0; k < model.populations.size(); ++k)
    cells.any_events = cells.any_events || model.is_event(k);
  keep(module, cells, ports.inputs);
  auto& network = cells.cables;
  auto& points = cells.points;
  auto& events = cells.events;
  ports.spikes->offer(network.neuron_table());
  const auto plastic = united(united(points.plastic(), network.plastic()), events.plastic());
  if (ports.weights != nullptr) ports.weights->offer(network.neuron_table().rows(plastic));
  ports.outputs.start(network);
  network.connect();
  points.connect();
  events.connect();
  ports.inputs.each_table([&](std::size_t k, const ElementTable& table) {
    atlas.set_input(k, table);
    network.connect_input(k, table.ids);
    points.connect_input(k, table.ids);
    events.connect_input(k, table.ids);
  });
  network.connect_gaps([&module](std::span<const std::byte> mine) { return module.gather(mine); });
  points.start();
  choose_instructions(module, network.cells());
  network.cells().initialise();
  ports.feeds.start(network, [&module](std::vector<std::uint64_t> numbers) {
    const auto all = everybody<std::uint64_t>(module, numbers);
    std::ranges::fill(numbers, 0);
    for (std::size_t k = 0; k < all.size(); ++k) numbers[k % numbers.size()] += all[k];
    return numbers;
  });
  const bool recurrent = !model.connections.empty();

  while (const auto window = module.next_window()) {
    ports.outputs.put(network, window->begin);
    if (ports.weights != nullptr && ports.weights->connected())
      ports.weights->put(window->begin, plastic_means(cells, plastic));
    network.cells().begin_mean();
    ports.feeds.apply(network, window->begin);
    if (ports.reward != nullptr && ports.reward->connected())
      cells.reward(window->begin, mean(ports.reward->at(window->begin)));
    ports.inputs.each_spike(*window, [&](std::size_t k, std::uint64_t source, Time t) {
      network.deliver_input(k, source, t);
      points.deliver_input(k, source, t);
      events.deliver_input(k, source, t);
    });
    if (window->empty()) continue;
    std::vector<cell::point::TimedSpike> timed;
    const auto fired =
        advance(network, points, window->end, model, ports.outputs.draft(window->end), timed);
    for (const auto& s : fired) ports.spikes->send(s.source, time_zero + model.dt * s.instant);
    const auto of_events = events.advance(window->end);
    timed.insert(timed.end(), of_events.begin(), of_events.end());
    for (const auto& s : timed) ports.spikes->send(s.source, time_zero + Duration{s.time});
    if (recurrent) exchange(module, model.dt, cells, fired, timed);
  }
}

void body(Module& module) {
  const auto model = cell::circuit::is_circuit(module.model())
                         ? cell::circuit::read_circuit(module.model(), module.step())
                         : cell::read_model(module.model(), module.step());
  auto ports = declare(module, model);
  std::size_t segments = 0;
  for (std::uint64_t gid = 0; gid < model.cell_count(); ++gid)
    segments += model.cell_of(gid).type.cable.segments.size();
  module.summarise(fmt::format("{} cells, {} segments", model.cell_count(), segments));
  run_network(module, model, ports);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view{argv[1]} == "--inspect") return cell::inspect_main(argc, argv);
  if (argc == 2 && std::string_view{argv[1]} == "--mechanisms") {
    fmt::print("{}", cell::engine::mechanism_reference());
    return 0;
  }
  if (argc == 2 && std::string_view{argv[1]} == "--point-neurons") {
    fmt::print("{}", cell::point::model_reference());
    return 0;
  }
  if (argc != 3 || std::string_view{argv[1]} != "--sonata")
    return tutti::run(argc, argv, cell::model_schema(), body);
  try {
    fmt::print("{}", cell::circuit::run_file(argv[2]));
    return 0;
  } catch (const Error& e) {
    fmt::print(stderr, "{}\n", e.what());
    return exit_code(e.fault());
  }
}
