// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "runtime.hpp"
#include "tutti/config/schema.hpp"
#include "tutti/module.hpp"

namespace tutti::module {

/// A process's part in a run, from the run folder to the last word.
class Membership {
 public:
  /// Reads the run folder and the module's model, which must fit `schema` where there is one, and
  /// connects to the broker. In a process that the launcher started, standard output and error go
  /// to the module's log. Throws Error; the broker hears of it where it can.
  Membership(const std::filesystem::path& run_folder, const std::string& module,
             const config::Table* schema);
  ~Membership();
  Membership(const Membership&) = delete;
  Membership& operator=(const Membership&) = delete;

  Module& face() { return *face_; }
  Runtime& runtime() { return *runtime_; }

  /// After the last window: waits until all may leave. Throws Error where that fails.
  void finish() { runtime_->finish(); }
  /// The last words of a module that cannot go on; waits a moment for others to close their files.
  /// Returns the exit code.
  int fail(Fault fault, const std::string& text);

 private:
  void say_goodbye(Fault fault, const std::string& text, Time clock);

  std::unique_ptr<transport::MpiWorld> mpi_;
  std::unique_ptr<Session> session_;
  std::unique_ptr<Runtime> runtime_;
  std::unique_ptr<Module> face_;
};

/// Remembers SIGTERM, SIGINT and SIGHUP, which then end the run as an error of the next wait.
void catch_signals();

/// Whether the launcher started this process; its output then belongs to the log.
bool launched();

}  // namespace tutti::module
