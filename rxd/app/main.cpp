// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "app/cells.hpp"
#include "app/charge.hpp"
#include "app/inspect.hpp"
#include "app/report.hpp"
#include "app/slab_links.hpp"
#include "app/specification.hpp"
#include "app/tissue.hpp"
#include "solver/network.hpp"
#include "tutti/error.hpp"
#include "tutti/module.hpp"

namespace {

using namespace tutti;
using namespace tutti::rxd_app;

double in_ms(Duration d) { return std::chrono::duration<double, std::milli>(d).count(); }

/// A current on its way into a species.
struct Influx {
  SignalInput* port;
  std::size_t variable;
  double amount_per_charge;  // [amol/pC]
  std::unique_ptr<Charge> charge;
  std::vector<std::size_t> at;  // its elements among this rank's
  std::vector<double> applied;  // [amol] by element
};

/// Values on their way into a parameter or a boundary.
struct Setting {
  SignalInput* port;
  const ValueInput* what;
  std::vector<std::size_t> at;  // its elements among this rank's
};

/// A concentration on its way out.
struct Efflux {
  SignalOutput* port;
  std::size_t variable;
  const ConcentrationOutput* what;
  Elements elements;
  std::vector<double> values;
};

/// The table of segments: of the model's own cells, or what the first connected input is about. A
/// box or an image may have none.
ElementTable segments(const Specification& specification, const std::vector<Influx>& influxes,
                      const std::vector<Setting>& settings) {
  if (!specification.cell.empty())
    return segments_of_sections(specification.cell, specification.cells);
  for (const auto& in : influxes)
    if (in.port->connected()) return in.port->elements();
  for (const auto& in : settings)
    if (in.port->connected()) return in.port->elements();
  if (specification.grid.kind == VoxelGrid::Kind::box ||
      specification.grid.kind == VoxelGrid::Kind::image)
    return {};
  throw Error{Fault::config,
              "no input is connected and there are no `cells:`, so there are no segments to "
              "compute on: connect a current, such as `{{from: cortex.i_ca, to: calcium.i_ca}}`"};
}

void begin(Setting& in, const Medium& medium) {
  if (!in.port->connected()) return;
  Elements wanted = in.what->boundary.empty() ? medium.elements() : medium.held(in.what->variable);
  wanted = intersection(wanted, in.port->elements().ids);
  in.port->want(wanted);
  wanted.for_each([&](std::uint64_t e) { in.at.push_back(medium.elements().index_of(e).value()); });
}

void apply(const Setting& in, Medium& medium, Time now) {
  if (!in.port->connected()) return;
  const auto values = in.port->at(now);
  for (std::size_t k = 0; k < in.at.size(); ++k) {
    if (in.what->boundary.empty())
      medium.set_driven(in.what->driven, in.at[k], values[k]);
    else
      medium.set_held(in.what->variable, in.at[k], values[k]);
  }
}

void begin(Influx& in, Medium& medium, Duration step) {
  if (!in.port->connected()) return;
  const Elements wanted = intersection(medium.where(in.variable), in.port->elements().ids);
  in.port->want(wanted);
  in.charge = std::make_unique<Charge>(wanted, step);
  wanted.for_each([&](std::uint64_t e) { in.at.push_back(medium.elements().index_of(e).value()); });
  in.applied.resize(in.at.size());
}

/// Reads the current of the window just past and, if there is a next one, lets it flow there.
void apply(std::vector<Influx>& influxes, Medium& medium, double length_ms) {
  std::vector<std::vector<double>> flux;  // by variable: several currents may carry one species
  for (auto& in : influxes) {
    if (!in.charge) continue;
    in.charge->take(in.port->all());
    if (in.variable >= flux.size()) flux.resize(in.variable + 1);
    auto& sum = flux[in.variable];
    sum.resize(medium.elements().size());
    for (std::size_t k = 0; k < in.at.size(); ++k) {
      const double rate = in.charge->current()[k] * in.amount_per_charge;
      sum[in.at[k]] += rate;
      in.applied[k] += rate * length_ms;
    }
  }
  for (std::size_t v = 0; v < flux.size(); ++v)
    if (!flux[v].empty()) medium.set_sources(v, flux[v]);
}

/// [amol/pC]: an outward current takes its ion out of a cell and brings it into the space outside.
double amount_per_charge(const rxd::Network& network, const CurrentInput& in) {
  const auto& variable = network.variables()[network.variable(in.variable)];
  const double sign = network.model().regions[variable.region].outside ? 1 : -1;
  return sign * 1e6 / (in.charge * rxd::faraday);
}

/// What an input has given so far, for checkpoints.
void visit(Influx& in, const Medium& medium, State& state) {
  if (!in.charge) return;
  in.charge->visit(state, "current " + in.port->name());
  for (std::size_t k = 0; k < in.at.size(); ++k)
    state.entry("applied " + in.port->name(), medium.elements().at(in.at[k]),
                [&](Fields& fields) { fields(in.applied[k]); });
}

std::unique_ptr<Medium> populate(Module& module, const Specification& specification,
                                 const rxd::Network& network, const ElementTable& table,
                                 SlabLinks& links) {
  const int threads = specification.stepping.threads;
  if (specification.grid.kind == VoxelGrid::Kind::none)
    return std::make_unique<Cells>(network, table, module.ranks(), threads);
  return std::make_unique<Tissue>(
      network, specification.grid, table, module.ranks(), threads, links,
      [&module](std::span<const std::byte> mine) { return module.gather(mine); });
}

std::string summary_line(const std::vector<Efflux>& effluxes) {
  std::string line;
  for (const auto& out : effluxes) {
    if (out.values.empty()) continue;
    const auto [low, high] = std::ranges::minmax(out.values);
    line +=
        fmt::format("{}{} {:.3g}..{:.3g}", line.empty() ? "" : ", ", out.port->name(), low, high);
  }
  return line;
}

void body(Module& module) {
  const Specification specification = read_specification(module.model());
  const rxd::Network network{specification.model};
  // In a box, neurons may be points as well.
  const bool box = specification.grid.kind == VoxelGrid::Kind::box ||
                   specification.grid.kind == VoxelGrid::Kind::image;
  const std::string element = box ? "" : "segment";
  std::vector<Influx> influxes;
  for (const auto& in : specification.currents) {
    auto& port = module.signal_input(
        in.port, {.unit = "nA",
                  .element = element,
                  .take = Take::all,
                  .optional = in.optional,
                  .doc = fmt::format("current that carries {}; outward is positive", in.variable)});
    influxes.push_back(
        {&port, network.variable(in.variable), amount_per_charge(network, in), nullptr, {}, {}});
  }
  std::vector<Setting> settings;
  for (const auto& in : specification.values)
    settings.push_back({&module.signal_input(in.port, {.unit = in.unit,
                                                       .element = element,
                                                       .take = Take::latest,
                                                       .optional = in.optional,
                                                       .doc = in.what}),
                        &in,
                        {}});
  std::vector<Efflux> effluxes;
  for (const auto& out : specification.outputs) {
    auto& port = module.signal_output(
        out.port,
        {.unit = out.unit,
         .element = out.by_segment ? "segment" : "voxel",
         .doc = fmt::format("{} of each {}", out.variable, out.by_segment ? "segment" : "voxel")});
    effluxes.push_back({&port, network.variable(out.variable), &out, {}, {}});
  }
  module.summarise(fmt::format("{} species in regions ({} of them diffuse), {} processes",
                               network.variables().size(), network.mobile(),
                               network.processes().size()));

  std::function<void(State&)> keep;  // once there is something to keep
  module.keep([&keep](State& state) { keep(state); });

  const ElementTable table = segments(specification, influxes, settings);
  SlabLinks links{module};
  const auto medium = populate(module, specification, network, table, links);
  if (module.ranks().rank == 0) inspect_if_asked(module.name(), network, *medium, table);
  for (auto& out : effluxes) {
    ElementTable offer = medium->offer(*out.what, out.variable);
    out.elements = offer.ids;
    out.values.resize(out.elements.size());
    out.port->offer(std::move(offer));
  }
  for (auto& in : influxes) begin(in, *medium, module.step());
  for (auto& in : settings) begin(in, *medium);

  Report report{network, *medium};
  keep = [&](State& state) {
    medium->visit(state);
    report.visit(state);
    for (auto& in : influxes) visit(in, *medium, state);
  };
  while (const auto window = module.next_window()) {
    for (auto& out : effluxes) {
      medium->read(*out.what, out.variable, out.elements, out.values);
      out.port->put(window->begin, out.values);
    }
    const double length_ms = in_ms(window->end - window->begin);
    apply(influxes, *medium, length_ms);
    for (const auto& in : settings) apply(in, *medium, window->begin);
    if (length_ms > 0)
      medium->advance(in_ms(window->begin.time_since_epoch()), length_ms, specification.stepping);
    module.say(summary_line(effluxes));
  }
  for (const auto& in : influxes)
    if (in.charge)
      report.add_input(in.port->name(), in.variable, *in.charge, in.amount_per_charge, in.applied,
                       in.at);
  report.write(module);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view{argv[1]} == "--inspect") return inspect_main(argc, argv);
  return tutti::run(argc, argv, schema(), body);
}
