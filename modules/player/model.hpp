// SPDX-License-Identifier: MIT
#pragma once
#include "signal_recipe.hpp"
#include "tutti/config/node.hpp"
#include "tutti/config/schema.hpp"

namespace player {

/// What a player plays: one spike port of several populations, and any number of signals.
struct Model {
  std::vector<SpikeRecipe> spikes;
  std::vector<SignalRecipe> signals;
  /// Of a replay, where that is all of `spikes`.
  std::optional<tutti::ElementTable> spike_table;

  std::uint64_t neurons() const;
  /// Whether any spike has a weight other than 1.
  bool weighted() const;
};

/// The keys of the player's `model:`.
const tutti::config::Table& model_schema();

/// Reads a model and every file it names. Populations without a name get `module`'s. Throws
/// Error{config} with the place of everything that is wrong.
Model read_model(const tutti::config::Node& model, const std::string& module);

}  // namespace player
