// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tutti/config/node.hpp"
#include "tutti/config/problems.hpp"
#include "tutti/config/schema.hpp"
#include "tutti/ports.hpp"
#include "tutti/state.hpp"
#include "tutti/time.hpp"

namespace tutti {

namespace module {
class Runtime;
}

struct Ranks {
  int rank = 0;
  int count = 1;
};

struct SpikeInputOptions {
  bool optional = false;
  std::string doc = {};
  std::string element = {};  ///< "" takes any kind.
};
struct SignalInputOptions {
  std::string unit = "1";
  std::string element = {};
  Take take = Take::latest;
  bool optional = false;
  std::string doc = {};
};
struct MessageInputOptions {
  bool optional = false;
  std::string doc = {};
};
struct SpikeOutputOptions {
  bool weighted = false;
  std::string doc = {};
  std::string element = "neuron";
};
struct SignalOutputOptions {
  std::string unit = "1";
  std::string element = {};
  bool mean = false;    ///< The mean over the step that led to the sample; 0 at 0.
  bool direct = false;  ///< A function of the signals read at the same instant.
  bool single = false;  ///< float32 on the wire.
  std::string doc = {};
};
struct MessageOutputOptions {
  std::string doc = {};
};

/// A module's place in a run. The body declares all ports and checks its whole model first; what is
/// wrong with the model is thrown as Error{config} (config::Problems::raise). Then, the first call
/// that needs others (elements(), next_window()) joins the run; asked to `--describe`, the program
/// ends at that call.
///
/// The order in one window (T, T+h]: put plain samples at T, read signals at T, put direct samples
/// at T, take spikes and messages, advance. The last window of a run is empty (begin == end): there
/// a module still sends and reads, and does not advance.
class Module {
 public:
  explicit Module(module::Runtime& runtime) : runtime_{&runtime} {}

  const std::string& name() const;
  /// The module's `model:`, each value with the place where it was written.
  const config::Node& model() const;
  Duration step() const;
  Time stop() const;
  std::uint64_t seed() const;
  Ranks ranks() const;
  /// The run folder, where a module may write files of its own.
  const std::filesystem::path& folder() const;

  SpikeInput& spike_input(std::string name, SpikeInputOptions options = {});
  SignalInput& signal_input(std::string name, SignalInputOptions options = {});
  MessageInput& message_input(std::string name, MessageInputOptions options = {});
  SpikeOutput& spike_output(std::string name, SpikeOutputOptions options = {});
  SignalOutput& signal_output(std::string name, SignalOutputOptions options = {});
  MessageOutput& message_output(std::string name, MessageOutputOptions options = {});

  /// "25 cells, 3213 segments": what `--describe` and `tutti check` show of the model.
  void summarise(std::string text);

  /// Shows what is doubtful about the model: with `--describe` (and so `tutti check`) beside its
  /// problems, in a run in the log of rank 0.
  void warn(const config::Problems& doubts);

  /// What this module knows beyond its model, for checkpoints: called between windows to save it,
  /// and in a run that is resumed by the first next_window(), whose window then begins at the cut.
  /// To be said before the run is joined; a module without cannot be in a checkpoint, one that
  /// knows nothing says `keep({})`.
  void keep(std::function<void(State&)> visit);

  /// Where the run goes on from: 0, or the time of its checkpoint.
  Time begin() const;

  /// The folder of the run that was cut, for files that go on; empty where there is none any more.
  std::filesystem::path resumed_from() const;

  /// The next window, as soon as lease and plan allow; none after the last.
  std::optional<Window> next_window();

  /// Shows one line of live summary beside the run's progress. Cheap; the latest counts.
  void say(std::string line);

  /// Every rank of this module gives bytes and gets everybody's, by rank. Collective: all ranks
  /// call it equally often. Other processes are not involved.
  std::vector<std::vector<std::byte>> gather(std::span<const std::byte> mine);

 private:
  module::Runtime* runtime_;
};

/// The `main` of a module: reads the flags (`--help`, `--describe MODEL`, and those with which the
/// launcher starts it), checks the model against `schema`, joins, runs `body`, and turns an Error
/// into one line and the exit code of its fault. Never calls exit, abort or MPI_Abort.
int run(int argc, char** argv, const config::Table& schema,
        const std::function<void(Module&)>& body);

}  // namespace tutti
