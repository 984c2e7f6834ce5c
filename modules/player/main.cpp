// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "model.hpp"
#include "tutti/module.hpp"

namespace {

using namespace player;

/// The rows of a share of a recorded table.
tutti::ElementTable part_of(const tutti::ElementTable& table, Share share) {
  std::vector<std::uint64_t> numbers;
  for (std::uint64_t row = share.first; row < share.first + share.count; ++row)
    numbers.push_back(table.ids.at(row));
  return table.rows(tutti::Elements::of(std::move(numbers)));
}

/// The table of a rank's share of the spike port: population and node of each of its neurons.
tutti::ElementTable neuron_table(const Model& model, Share share) {
  if (model.spike_table) return part_of(*model.spike_table, share);
  tutti::ElementTable table{"neuron", {}, {}, {}};
  if (share.count > 0) table.ids = tutti::Elements::range(share.first, share.count);
  std::vector<std::int64_t> nodes;
  std::uint64_t first = 0;
  for (const SpikeRecipe& recipe : model.spikes) {
    const std::uint64_t count = recipe.number();
    table.populations.push_back({recipe.population, first, count});
    const std::uint64_t begin = std::max(first, share.first);
    for (auto id = begin; id < std::min(first + count, share.first + share.count); ++id)
      nodes.push_back(static_cast<std::int64_t>(id - first));
    first += count;
  }
  table.set("node", std::move(nodes));
  return table;
}

tutti::ElementTable signal_table(const SignalRecipe& recipe, const std::string& module,
                                 Share share) {
  if (recipe.table) return part_of(*recipe.table, share);
  tutti::ElementTable table{recipe.element, {}, {{module, recipe.first, recipe.number}}, {}};
  if (share.count > 0) table.ids = tutti::Elements::range(recipe.first + share.first, share.count);
  std::vector<std::int64_t> nodes;
  for (std::uint64_t i = 0; i < share.count; ++i)
    nodes.push_back(static_cast<std::int64_t>(share.first + i));
  table.set("node", std::move(nodes));
  return table;
}

/// One signal port and what plays on it.
struct SignalPort {
  tutti::SignalOutput* out;
  SignalPlayer player;
};

/// What is played follows from seed and time alone: a run that is resumed plays up to there again.
void rewind(const tutti::Module& module, std::vector<SignalPort>& signals, SpikePlayer& trains) {
  for (tutti::Time t{}; t < module.begin(); t += module.step())
    for (SignalPort& signal : signals) signal.player.next();
  trains.play({tutti::time_zero, module.begin()}, [](auto, auto, auto) {});
}

void play(tutti::Module& module) {
  const Model model = read_model(module.model(), module.name());
  const auto [rank, ranks] = module.ranks();
  const Share share = share_of(model.neurons(), rank, ranks);
  const auto stream = [&](const std::string& port) {
    return tutti::stream_id("player/" + module.name() + "/" + port);
  };

  tutti::SpikeOutput* spikes = nullptr;
  if (!model.spikes.empty()) {
    spikes = &module.spike_output("spikes", {.weighted = model.weighted(), .doc = "the trains"});
    spikes->offer(neuron_table(model, share));
  }
  std::vector<SignalPort> signals;
  for (const SignalRecipe& recipe : model.signals) {
    const Share part = share_of(recipe.number, rank, ranks);
    auto& out = module.signal_output(
        recipe.port, {.unit = recipe.unit, .element = recipe.element, .mean = recipe.mean});
    out.offer(signal_table(recipe, module.name(), part));
    signals.push_back({&out, {recipe, module.seed(), stream(recipe.port), part, module.step()}});
  }
  module.summarise(fmt::format("{} neurons, {} signals", model.neurons(), model.signals.size()));

  SpikePlayer trains{model.spikes, module.seed(), stream("spikes"), share};
  module.keep([&](tutti::State& state) {
    if (!state.saving()) rewind(module, signals, trains);
  });
  while (const auto window = module.next_window()) {
    for (SignalPort& signal : signals) signal.out->put(window->begin, signal.player.next());
    if (spikes != nullptr)
      trains.play(*window, [&](std::uint64_t element, tutti::Time time, double weight) {
        spikes->send(element, time, weight);
      });
  }
}

}  // namespace

int main(int argc, char** argv) { return tutti::run(argc, argv, player::model_schema(), play); }
