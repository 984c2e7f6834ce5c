// NAME: each element counts the spikes that reach it and fires at every n-th. Replace this by what
// you simulate.
//
// A module is a loop over windows (T, T+h]: put samples at T, read signals at T, take spikes,
// advance. See docs/guide/module.md for signals, ranks and tables of elements.
#include <cstdint>
#include <map>
#include <string>

#include "tutti/config/view.hpp"
#include "tutti/module.hpp"

namespace {

/// The keys of the model, which the run file is checked against.
const tutti::config::Table& schema() {
  using namespace tutti::config;
  static const Table table{"NAME",
                           "Fires at every n-th spike.",
                           {integer("every", "spikes that make one").needed().at_least(1)}};
  return table;
}

void body(tutti::Module& module) {
  tutti::config::Problems problems;
  const tutti::config::View model{module.model(), schema(), problems};
  const auto every = model.integer("every");
  auto& drive = module.spike_input("drive", {.doc = "what is counted"});
  auto& spikes = module.spike_output("spikes", {.doc = "every n-th of them"});

  tutti::ElementTable mine;  // as many elements as the sources have: waits until they have told
  mine.kind = "neuron";
  mine.ids = drive.elements().ids;
  spikes.offer(mine);

  std::map<std::uint64_t, std::int64_t> count;
  std::int64_t fired = 0;
  while (module.next_window()) {
    for (const auto& spike : drive.take()) {
      if (++count[spike.element] % every != 0) continue;
      spikes.send(spike.element, spike.time);
      ++fired;
    }
    module.say(std::to_string(fired) + " spikes so far");
  }
}

}  // namespace

int main(int argc, char** argv) { return tutti::run(argc, argv, schema(), body); }
