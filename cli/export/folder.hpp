// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sonata/report_reader.hpp"
#include "sonata/spike_reader.hpp"

namespace tutti::cli {

/// A population of a run as other programs count it: cells numbered through all populations.
struct Population {
  std::string module, name;
  std::string label;                   ///< The name, or MODULE_NAME where an earlier one has that.
  std::uint64_t first = 0, count = 0;  ///< Cells have the numbers [first, first + count).
  std::vector<double> x, y, z;         ///< [um] by cell; empty where nobody recorded places.
  /// Its first cell in the module's own numbers; where spikes of it were recorded.
  std::optional<std::uint64_t> in_module;
};

/// One recorded signal.
struct RecordedSignal {
  std::filesystem::path file;
  sonata::PortTable table;
  std::string unit;
  bool exact = false;  ///< Values are float64, not float32.
  std::string port() const { return table.port.substr(table.port.find('.') + 1); }
};

/// What a run folder holds, as far as it is exported.
struct RecordedRun {
  std::filesystem::path folder;
  std::string name;
  std::optional<double> stop_ms;
  std::optional<std::uint64_t> seed;
  std::vector<Population> populations;
  std::vector<sonata::SpikeList> spikes;  ///< One per population that can spike, by its label.
  std::vector<RecordedSignal> signals;    ///< By port.

  /// The population of a module's port, or nullptr.
  const Population* find(const std::string& module, const std::string& name) const;
};

/// Reads the folder of a run, complete or not; closes what a killed run left open. Throws
/// Error{usage} where there is nothing recorded.
RecordedRun read_recorded_run(const std::filesystem::path& folder);

/// The shortest text that gives a recorded number back: a float64 where it is `exact`, else a
/// float32.
std::string shortest(double value, bool exact);

}  // namespace tutti::cli
