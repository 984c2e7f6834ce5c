// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sonata/port_table.hpp"
#include "study/signal.hpp"

/// Recorded runs and questions to them.
namespace study {

/// A stretch of simulated time, [start, stop) in ms.
struct Range {
  double start_ms = 0;
  double stop_ms = std::numeric_limits<double>::infinity();
  double length_ms() const { return stop_ms - start_ms; }
};

/// The spikes of one population.
struct Population {
  std::string name;
  std::string port;                  ///< "cortex.spikes"; empty where the file does not say.
  std::uint64_t first = 0;           ///< Its first element's number on that port.
  std::uint64_t neurons = 0;         ///< From the element table, or else the highest node id + 1.
  bool neurons_known = false;        ///< Whether a table said so.
  std::vector<double> times_ms;      ///< Ascending.
  std::vector<std::uint64_t> nodes;  ///< As many, from 0.

  /// The spikes in `range` alone.
  Population within(const Range& range) const;
  /// Spike times by neuron, silent ones included.
  std::vector<std::vector<double>> trains() const;
};

/// What a run folder holds, or a single SONATA file of ours or others'.
class Recording {
 public:
  /// Throws tutti::Error{usage} where there is nothing to read, and sonata::Error for a file that
  /// cannot be.
  explicit Recording(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  /// The run's name, or the file's.
  const std::string& name() const { return name_; }
  /// When it ended [ms]: what the run says, or else the last sample or spike.
  double stop_ms() const { return stop_ms_; }
  const std::vector<Population>& populations() const { return populations_; }
  const std::vector<Signal>& signals() const { return signals_; }

  /// Throws tutti::Error{usage} that lists what there is.
  const Population& population(const std::string& name) const;
  const Signal& signal(const std::string& name) const;
  /// The first signal of electrodes, or nullptr.
  const Signal* field() const;
  /// `range` cut to what was recorded; throws tutti::Error{usage} where nothing is left. Where only
  /// spikes say when the recording ended, a later stop holds.
  Range clip(Range range) const;

 private:
  void read_folder();
  void read_file(const std::filesystem::path& file);
  void read_spike_file(const std::filesystem::path& file);

  std::filesystem::path path_;
  std::string name_;
  double stop_ms_ = 0;
  bool stop_known_ = true;
  std::vector<Population> populations_;
  std::vector<Signal> signals_;
};

}  // namespace study
