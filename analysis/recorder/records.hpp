// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "selection.hpp"
#include "tutti/config/node.hpp"
#include "tutti/config/schema.hpp"
#include "tutti/port.hpp"
#include "tutti/time.hpp"

namespace recorder {

/// One port to record, as the launcher made it of an entry of `record:`.
struct Record {
  std::string port;   ///< The source, "cortex.spikes".
  std::string input;  ///< The recorder's port that it is connected to.
  tutti::PortKind kind = tutti::PortKind::spikes;
  std::optional<tutti::Duration> every;  ///< Signals: only samples at multiples of it.
  bool exact = false;                    ///< Keep what replay and diff need.
  std::string unit;                      ///< Signals: the source's.
  std::filesystem::path file;            ///< Relative to the run folder.
  Selection selection;                   ///< Of the port's elements.
  int compression = 0;                   ///< 0 none, 1 to 9 gzip.
};

/// What the recorder is to do.
struct Records {
  std::vector<Record> entries;
  double flush_s = 1;  ///< Wall time after which a crash cannot take what was recorded.
};

/// The keys of the recorder's `model:`.
const tutti::config::Table& records_schema();

/// Reads them, `file` by default spikes.h5 and PORT.h5. Throws Error{config} with the place of
/// everything that is wrong.
Records read_records(const tutti::config::Node& model);

}  // namespace recorder
