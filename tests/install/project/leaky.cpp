// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "tutti/config/view.hpp"
#include "tutti/module.hpp"

namespace {

const tutti::config::Table& schema() {
  using namespace tutti::config;
  static const Table table{
      "leaky",
      "Leaky integrators: each spike that arrives lifts one cell, which forgets and fires.",
      {
          integer("cells", "how many").needed().at_least(1),
          quantity("tau", "ms", "time constant of forgetting").above(0).by_default("10 ms"),
          real("weight", "what one spike adds; a cell fires at 1").by_default("0.4"),
      }};
  return table;
}

struct Cell {
  double v = 0;  // [1], threshold 1
  tutti::Time last{};
};

void body(tutti::Module& module) {
  tutti::config::Problems problems;
  const tutti::config::View model{module.model(), schema(), problems};
  const auto count = static_cast<std::uint64_t>(model.integer("cells"));
  const double tau_ms = model.real("tau");
  const double weight = model.real("weight");

  const auto [rank, ranks] = module.ranks();
  const auto first = static_cast<std::uint64_t>(rank), stride = static_cast<std::uint64_t>(ranks);
  const std::uint64_t mine = first < count ? (count - first - 1) / stride + 1 : 0;
  const auto own = mine > 0 ? tutti::Elements::strided(first, mine, stride) : tutti::Elements{};

  auto& drive = module.spike_input("drive", {.doc = "spike of element e lifts cell e % cells"});
  auto& spikes = module.spike_output("spikes", {.doc = "when a cell reaches 1"});
  spikes.offer({.kind = "neuron", .ids = own, .populations = {{"leaky", 0, count}}, .columns = {}});

  std::vector<Cell> cells(own.size());
  std::uint64_t fired = 0;
  while (auto window = module.next_window()) {  // waits, as long as the plan says
    for (const auto& spike : drive.take()) {
      const auto id = spike.element % count;
      const auto place = own.index_of(id);
      if (!place) continue;  // a cell of another rank
      Cell& cell = cells[*place];
      cell.v = cell.v * std::exp(-tutti::to_ms(spike.time - cell.last) / tau_ms) + weight;
      cell.last = spike.time;
      if (cell.v < 1) continue;
      cell.v = 0;
      spikes.send(id, spike.time);
      ++fired;
    }
    module.say(fmt::format("{} spikes", fired));
  }
}

}  // namespace

int main(int argc, char** argv) { return tutti::run(argc, argv, schema(), body); }
