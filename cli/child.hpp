// SPDX-License-Identifier: MIT
#pragma once
#include <sys/types.h>
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace tutti::cli {

/// How a child process ended, and what it said.
struct ChildResult {
  int code = 0;  ///< Its exit code, or 128 + the signal.
  bool timed_out = false;
  std::string output, error;
  /// "exit code 2", "killed by signal 9 (Killed)".
  std::string how() const;
};

/// Runs a command to its end, at most for `limit`, without a shell. Throws Error{io} if it cannot
/// be started.
ChildResult run_child(const std::vector<std::string>& command, std::chrono::milliseconds limit);

/// A child that runs beside us; it dies with us.
struct Child {
  pid_t pid = -1;
  int output = -1;  ///< Reading end of its standard output and error, or -1.
};

/// Starts a command; `environment` is laid over ours, names that begin with one of `scrub` are left
/// out. With `capture`, its output can be read from Child::output.
Child start_child(const std::vector<std::string>& command,
                  const std::vector<std::pair<std::string, std::string>>& environment,
                  const std::vector<std::string>& scrub, bool capture);
/// The same with standard output and error appended to a file, and a working folder of its own.
Child start_child(const std::vector<std::string>& command,
                  const std::vector<std::pair<std::string, std::string>>& environment,
                  const std::vector<std::string>& scrub, const std::filesystem::path& log,
                  const std::filesystem::path& folder);

/// A process that is no more, or only waits to be buried.
bool is_gone(pid_t pid);

/// "exit code 2" or "killed by signal 9 (Killed)", from wait's status.
std::string describe_status(int status);
int code_of_status(int status);

}  // namespace tutti::cli
