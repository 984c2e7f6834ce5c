// SPDX-License-Identifier: MIT
// A module for tests that misbehaves in the way its model says, at the time it says.
#include <csignal>
#include <stdexcept>

#include "tutti/config/view.hpp"
#include "tutti/module.hpp"

namespace {

const tutti::config::Table& schema() {
  using namespace tutti::config;
  static const Table table{"thrower",
                           "Takes spikes and fails.",
                           {choice("how", {"throw", "leave", "abort", "late_spike"}, "").needed(),
                            tutti::config::time("when", "").needed()}};
  return table;
}

}  // namespace

int main(int argc, char** argv) {
  return tutti::run(argc, argv, schema(), [](tutti::Module& module) {
    tutti::config::Problems problems;
    const tutti::config::View view{module.model(), schema(), problems};
    const auto how = view.text("how");
    const auto when = tutti::time_zero + view.time("when");
    auto& in = module.spike_input("drive");
    auto& out = module.spike_output("spikes");
    tutti::ElementTable table;
    table.kind = "neuron";
    table.ids = tutti::Elements::range(0, 1);
    out.offer(std::move(table));
    while (const auto window = module.next_window()) {
      in.take();
      if (window->end < when) continue;
      if (how == "throw") throw std::runtime_error("the moon is full");
      if (how == "leave") return;
      if (how == "abort") std::abort();
      out.send(0, window->begin - tutti::parse_duration("1 ms"));
    }
  });
}
