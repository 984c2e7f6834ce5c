// SPDX-License-Identifier: MIT
#pragma once
#include <memory>

#include "sonata/port_table.hpp"

namespace sonata {

/// One spike of a port.
struct Spike {
  std::int64_t tick = 0;  ///< When, in ps.
  std::uint64_t element = 0;
  double weight = 1;
  friend bool operator==(const Spike&, const Spike&) = default;
};

/// A spike port to record.
struct SpikePort {
  PortTable table;
  bool exact = false;  ///< Also keep ticks, element numbers and weights, for replay and diff.
};

/// Writes `spikes.h5`: `/spikes/POPULATION/{timestamps, node_ids}` for every population of every
/// port, sorted by time and then node id, and the groups that are described in README.md. Where two
/// ports have a population of the same name, it becomes MODULE_POPULATION for the later one.
class SpikeWriter {
 public:
  /// `compression`: 0 none, 1 to 9 gzip. Throws Error where the file exists or cannot be made.
  SpikeWriter(const std::filesystem::path& path, const std::vector<SpikePort>& ports,
              int compression = 0);
  /// Where close() was not reached, writes what it can; the file then counts as interrupted.
  ~SpikeWriter();
  SpikeWriter(const SpikeWriter&) = delete;
  SpikeWriter& operator=(const SpikeWriter&) = delete;

  /// Adds spikes of the port of that index, in order of (tick, element): each call continues where
  /// the last one ended. Throws Error where they are not, or an element is in no population.
  void append(std::size_t port, std::span<const Spike> spikes);

  /// Before anything else: takes over what an earlier recording of the same ports holds up to
  /// `until_tick` [ps]. Throws Error where it cannot be read, or lacks a population.
  void continue_from(const std::filesystem::path& earlier, std::int64_t until_tick);

  /// Brings everything to where a crash cannot reach it: complete up to `until_tick` [ps].
  void flush(std::int64_t until_tick);

  /// The run was recorded up to `until_tick` [ps]: writes the rest and closes.
  void close(std::int64_t until_tick);

  /// Spikes of all ports so far.
  std::uint64_t count() const;

 private:
  struct Body;
  std::unique_ptr<Body> body_;
};

}  // namespace sonata
