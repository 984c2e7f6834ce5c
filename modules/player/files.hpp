// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>

#include "signal_recipe.hpp"

namespace player {

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

/// The populations of a port that was recorded with `exact: true`, tick by tick. `port` may be
/// empty where the file has only one spike port. Throws Error{config}.
std::vector<SpikeRecipe> replayed_spikes(const std::filesystem::path& path,
                                         const std::string& port);

/// Sets shape, number and first element of `recipe` from a recorded signal. Throws Error{config}
/// where it is in another unit, or does not begin at 0.
void replay_signal(const std::filesystem::path& path, SignalRecipe& recipe);

}  // namespace player
