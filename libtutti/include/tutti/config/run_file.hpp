// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tutti/config/node.hpp"
#include "tutti/config/problems.hpp"
#include "tutti/config/schema.hpp"
#include "tutti/port.hpp"
#include "tutti/time.hpp"

namespace tutti::config {

/// How a module's process waits for others.
enum class Waiting : std::uint8_t {
  automatic,  ///< Spin as long as there is a core for each rank, sleep otherwise.
  spin,       ///< Poll without a pause: lowest latency, one core each.
  sleep,      ///< Back off at once: for more ranks than cores.
};

/// One module of the run file.
struct ModuleSpec {
  std::string name;
  std::string use;                              ///< A module that ships with Tutti: "cell"; or
  std::optional<std::filesystem::path> python;  ///< a Python program, absolute; or
  std::vector<std::string> command;             ///< any program and its arguments.
  std::string interpreter;                      ///< Of `python`.
  std::filesystem::path folder;                 ///< Where the program is named, absolute.
  std::vector<std::string> args;                ///< Further arguments.
  int ranks = 1;
  Duration step{};
  Node model;                          ///< Read in where it was a path; may be null.
  std::vector<PortDescription> ports;  ///< Declared in the run file or NAME.module.yaml.
  bool declared = false;               ///< Whether `ports` says all ports there are.
  Waiting wait = Waiting::automatic;
  bool own_job = false;  ///< In an MPI job of its own, or in none: ZeroMQ carries its frames.
  bool by_hand = false;  ///< Somebody else starts it.
  std::vector<std::string> hosts;  ///< Of the run's: where its ranks go; anywhere if empty.
  Location place;
  bool usable = true;  ///< False where its own entry has errors: only the name counts then.
};

/// One end of a connection.
struct PortName {
  std::string module;
  std::string port;
  friend bool operator==(const PortName&, const PortName&) = default;
};
std::string to_string(const PortName& name);

/// What a target sees for elements that its source does not have.
enum class Missing : std::uint8_t { error, zero };

/// One connection of the run file.
struct ConnectionSpec {
  PortName from;
  PortName to;
  Duration delay{};
  std::optional<Node> initial;  ///< A scalar with its unit: what is read before the first arrival.
  std::int64_t offset = 0;      ///< Added to the source's element numbers.
  Missing missing = Missing::error;
  std::optional<Duration> latency;  ///< The longest frame.
  bool float32 = false;             ///< Signals: values are rounded to float32 on the way.
  OnLoss on_loss = OnLoss::stop;
  std::filesystem::path recording;         ///< OnLoss::replay: a run folder, absolute.
  std::optional<std::uint32_t> stands_in;  ///< For that connection, by its place in the file.
  Location place;
};

/// One port to be recorded.
struct RecordSpec {
  PortName port;
  std::optional<Duration> every;  ///< Signals: only samples at multiples; each sample otherwise.
  bool exact = false;             ///< Keep the wire type and integer times.
  Node options = {};              ///< What else its entry says, for the recorder to understand.
  Location place;
};

/// When a run saves itself.
struct CheckpointSpec {
  std::optional<Duration> every;  ///< In simulated time.
  std::optional<double> wall_s;   ///< In wall time [s].
  int keep = 3;                   ///< So many; older ones go.
  bool on() const { return every || wall_s; }
};

/// A run as its files, and what was laid over them, describe it.
struct RunSpec {
  std::string name;
  Duration stop{};
  std::uint64_t seed = 0;
  std::optional<Duration> hash_bin;  ///< None: no hashes.
  Duration latency{};                ///< The longest frame where a connection does not say.
  CheckpointSpec checkpoint;
  double pace = 0;                  ///< Simulated per wall-clock time at most; 0: no bound.
  bool trace = false;               ///< Every process notes what it does when.
  bool rings = true;                ///< Processes of one host may talk through shared memory.
  std::string listen = "ipc";       ///< Where processes listen: "ipc", "tcp", "tcp://ADDRESS".
  std::vector<std::string> hosts;   ///< Where mpirun places ranks: "NAME" or "NAME:SLOTS".
  std::vector<std::string> mpirun;  ///< Further arguments of mpirun.
  Duration deadline{};              ///< The longest wait for others, in wall time.
  std::vector<ModuleSpec> modules;  ///< In the order of the file.
  std::vector<ConnectionSpec> connections;
  bool all_connected = true;  ///< False where an entry of `connections` has errors and is left out.
  std::vector<RecordSpec> records;
  int recorder_ranks = 1;  ///< Processes that record.
  Node recorder;           ///< What else the run file says of recording.
  Node tree;               ///< Everything, models read in, `--set` applied.

  const ModuleSpec* find(std::string_view module) const;
};

/// What a command line names.
struct RunInput {
  std::vector<std::filesystem::path> files;  ///< Later ones win; a folder means its run.yaml.
  std::vector<std::string> sets;             ///< "modules.cortex.ranks=4"
  std::filesystem::path cwd;                 ///< What paths in `sets` are relative to.
};

/// The most ranks that a module may have.
inline constexpr int most_ranks = 256;

/// The keys of a run file.
const Table& run_table();

/// Reads, composes and checks a run. Everything wrong is added to `problems`; what is sound is in
/// the result even then, so that checking can go on. Main thread only (units).
RunSpec load_run(const RunInput& input, Problems& problems);

/// The run as one YAML text that no longer depends on where it lies: models in place, paths of
/// files that exist written in full.
std::string resolved_yaml(const RunSpec& run);

}  // namespace tutti::config
