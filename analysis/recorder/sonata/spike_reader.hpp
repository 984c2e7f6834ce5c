// SPDX-License-Identifier: MIT
#pragma once
#include "sonata/port_table.hpp"
#include "sonata/sorting.hpp"
#include "sonata/spike_writer.hpp"

namespace sonata {

/// The spikes of one population as a file holds them.
struct SpikeList {
  std::string population;  ///< Empty for a legacy file, which names none.
  Sorting sorting = Sorting::none;
  std::vector<double> times;            ///< [ms]
  std::vector<std::uint64_t> node_ids;  ///< As many; 0-based within the population.
  friend bool operator==(const SpikeList&, const SpikeList&) = default;
};

/// Reads a SONATA spike file, `/spikes/POPULATION/{timestamps, node_ids}` with `sorting` as an
/// enumeration or text, or the legacy layout `/spikes/{timestamps, gids}`. Times in s or us become
/// ms. A file that is still written, or was left behind by a crash, can be read as well.
/// Throws Error where it is no such file.
std::vector<SpikeList> read_spikes(const std::filesystem::path& path);

/// What was recorded with `exact: true` from one port ("cortex.spikes"), in the order in which it
/// was recorded. Throws Error where the file holds no such port, or not exactly.
struct ExactSpikes {
  PortTable table;
  std::vector<Spike> spikes;
};
ExactSpikes read_exact_spikes(const std::filesystem::path& path, const std::string& port);

}  // namespace sonata
