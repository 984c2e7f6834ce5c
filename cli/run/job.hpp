// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "../child.hpp"
#include "../prepare.hpp"
#include "tutti/control/run_info.hpp"

namespace tutti::cli {

/// What a module's program finds in its environment: who it is in which run, and our Python
/// package.
std::vector<std::pair<std::string, std::string>> identity(const std::filesystem::path& folder,
                                                          const std::string& module);

/// The processes of a run as the launcher has them: the broker, one MPI job for the modules that
/// can share one, and a process, or an MPI job, for each other.
class Job {
 public:
  /// Starts all of them. `sockets` and `shared` are private folders for MPI's files.
  Job(const Prepared& prepared, const control::RunInfo& info, const std::filesystem::path& sockets,
      const std::filesystem::path& shared);
  /// Ends what still runs: SIGTERM, and SIGKILL when that does not help.
  ~Job();
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  /// Looks after children and collects what mpirun says.
  void poll();
  bool broker_ended() const { return broker_.status.has_value(); }
  int broker_status() const { return broker_.status.value_or(0); }
  /// Whether there are members that we started, and all of them have ended.
  bool members_ended() const;
  /// The first member that ended badly, or at all if none did: "mpirun ended early (exit code 1)".
  std::string end_of_members() const;
  /// A module in a process of its own that has ended, be it too early or with the run: its name,
  /// and how.
  std::optional<std::pair<std::string, std::string>> casualty() const;
  /// What mpirun, broker and the like said.
  const std::string& output() const { return output_; }
  void terminate_broker() const;
  void terminate_members() const;
  /// Waits for all to end once the run is over, for at most `seconds`.
  bool wait(double seconds);

 private:
  struct Process {
    std::string name;
    std::string module;   ///< Where it is one module's own.
    bool mpirun = false;  ///< Whether the child is MPI's launcher.
    Child child;
    std::optional<int> status;
  };
  void start_member(const config::RunSpec& run, const config::ModuleSpec& module,
                    const control::RunInfo& info, const std::filesystem::path& sockets,
                    const std::filesystem::path& shared);
  void collect(const Process& process);
  void end_all();

  Process broker_;
  std::vector<Process> members_;
  std::string output_;
};

}  // namespace tutti::cli
