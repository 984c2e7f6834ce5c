// SPDX-License-Identifier: MIT
// tutti-lfp: the extracellular potential at electrodes, from the membrane current of every segment;
// and the potential at every segment, from the currents at electrodes.
#include <optional>
#include <stdexcept>

#include "app/model.hpp"
#include "app/readout.hpp"
#include "app/stimulation.hpp"
#include "app/tables.hpp"
#include "tutti/error.hpp"
#include "tutti/module.hpp"

namespace {

using namespace tutti;

struct Ports {
  SignalInput* i_membrane;
  SignalInput* i_electrode;
  SignalOutput* v_ext;
  SignalOutput* csd = nullptr;
  SignalOutput* dipole;
  SignalOutput* stimulus;
};

Ports declare(Module& module, const lfp::Model& model) {
  Ports ports;
  ports.i_membrane = &module.signal_input(
      "i_membrane",
      {.unit = "nA", .element = "segment", .doc = "total membrane current, outward positive"});
  ports.i_electrode =
      &module.signal_input("i_electrode", {.unit = "nA",
                                           .element = "electrode",
                                           .optional = true,
                                           .doc = "current that electrodes put into the tissue"});
  const auto output = [&](const char* name, const char* unit, const char* element,
                          const char* doc) {
    return &module.signal_output(name,
                                 {.unit = unit, .element = element, .direct = true, .doc = doc});
  };
  ports.v_ext = output("v_ext", "mV", "electrode", "potential against far away");
  if (model.csd)
    ports.csd = output("csd", "nA/um3", "electrode",
                       "current source density along a laminar probe, sources positive");
  ports.dipole = output("dipole", "nA um", "axis", "current dipole moment of all cells: x, y, z");
  ports.stimulus =
      output("stimulus", "mV", "segment", "potential at each segment of the electrodes' currents");
  return ports;
}

/// What this rank has to tell, as far as anybody listens.
lfp::Readout::Wanted wanted_of(const lfp::Model& model, const Ports& ports, Ranks ranks) {
  lfp::Readout::Wanted wanted;
  if (ports.v_ext->connected()) wanted.potential = lfp::share(0, model.electrodes.size(), ranks);
  if (model.csd && ports.csd->connected())
    wanted.csd = lfp::share(1, model.electrodes.size() - 2, ranks);
  wanted.dipole = ports.dipole->connected() && ranks.rank == 0;
  return wanted;
}

void offer(Module& module, const lfp::Model& model, Ports& ports) {
  const auto ranks = module.ranks();
  const auto count = model.electrodes.size();
  ports.v_ext->offer(lfp::electrode_table(model.electrodes, lfp::share(0, count, ranks)));
  if (model.csd)
    ports.csd->offer(lfp::electrode_table(model.electrodes, lfp::share(1, count - 2, ranks)));
  ports.dipole->offer(lfp::dipole_table(ranks.rank == 0));
}

/// This rank's share of the segments gets a potential, where somebody wants to know it.
std::optional<lfp::Stimulation> stimulate(const lfp::Model& model, Ports& ports, Ranks ranks) {
  if (!ports.stimulus->connected()) {
    if (ports.i_electrode->connected()) ports.i_electrode->want({});
    return std::nullopt;
  }
  const auto& all = ports.i_membrane->elements();
  std::vector<std::uint64_t> numbers;
  const auto places = lfp::share(0, all.ids.size(), ranks);
  places.for_each([&](std::uint64_t k) { numbers.push_back(all.ids.at(k)); });
  const auto mine = all.rows(Elements::of(std::move(numbers)));
  ports.stimulus->offer(mine);
  return std::optional<lfp::Stimulation>{std::in_place, model, mine, *ports.i_electrode};
}

void put(SignalOutput* port, Time t, std::span<const double> values) {
  if (port != nullptr && port->connected()) port->put(t, values);
}

void body(Module& module) {
  const auto model = lfp::read_model(module.model());
  auto ports = declare(module, model);
  module.summarise(fmt::format("{} electrodes", model.electrodes.size()));
  module.keep({});  // potentials are functions of the currents at the same instant
  offer(module, model, ports);
  auto stimulation = stimulate(model, ports, module.ranks());
  lfp::Readout readout{model, wanted_of(model, ports, module.ranks()), *ports.i_membrane};
  while (const auto window = module.next_window()) {
    readout.read(window->begin);
    put(ports.v_ext, window->begin, readout.potential());
    put(ports.csd, window->begin, readout.csd());
    put(ports.dipole, window->begin, readout.dipole());
    if (stimulation) ports.stimulus->put(window->begin, stimulation->read(window->begin));
  }
}

}  // namespace

int main(int argc, char** argv) { return tutti::run(argc, argv, lfp::model_schema(), body); }
