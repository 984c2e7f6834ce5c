// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>

#include "signal_recipe.hpp"
#include "tutti/error.hpp"

namespace player {

/// Runs `read`, and turns what the file library says into an Error{config}.
template <typename Read>
auto reading(Read read) {
  try {
    return read();
  } catch (const sonata::Error& error) {
    throw tutti::Error{tutti::Fault::config, "{}", error.what()};
  }
}

/// What to take from a SONATA spike file.
struct FileSelection {
  std::filesystem::path path;
  std::string population;    ///< "" where the file has only one.
  std::uint64_t number = 0;  ///< Neurons; 0: up to the last that spikes.
  Time start{};              ///< Spikes in (start, stop] of the file ...
  Time stop = never;
  Duration shift{};  ///< ... are played this much later.
};

/// The trains of one population. Throws Error{config} where the file cannot be read, has no such
/// population or one of too many neurons, or a spike would come at 0 or before.
Listed spikes_of_file(const FileSelection& selection);

/// A port that was recorded with `exact: true`: its populations, tick by tick, and its elements.
struct ReplayedSpikes {
  std::vector<SpikeRecipe> recipes;
  tutti::ElementTable table;
};

/// `port` may be empty where the file has only one spike port. Throws Error{config}, also where the
/// port's elements do not count through from 0.
ReplayedSpikes replayed_spikes(const std::filesystem::path& path, const std::string& port);

/// Sets shape, number and element table of `recipe` from a recorded signal. Throws Error{config}
/// where it is in another unit, or does not begin at 0.
void replay_signal(const std::filesystem::path& path, SignalRecipe& recipe);

}  // namespace player
