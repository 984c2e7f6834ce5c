// SPDX-License-Identifier: MIT
#include "app/inputs.hpp"

namespace cell {

void Inputs::declare(tutti::Module& module, const Model& model) {
  for (std::size_t k = 0; k < model.inputs.size(); ++k) {
    const auto& [name, projections] = model.inputs[k];
    if (const auto played = model.played.find(k); played != model.played.end()) {
      Input in{.played = &played->second};
      in.table.kind = "neuron";
      if (played->second.sources > 0)
        in.table.ids = tutti::Elements::range(0, played->second.sources);
      inputs_.push_back(std::move(in));
      continue;
    }
    std::string onto;
    for (const auto& p : projections)
      onto += (onto.empty() ? "" : ", ") + model.populations[p.to].name;
    inputs_.push_back({.port = &module.spike_input(name, {.optional = model.inputs_optional,
                                                          .doc = "spikes onto " + onto})});
  }
}

}  // namespace cell
