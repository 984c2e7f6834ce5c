// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "../child.hpp"
#include "../prepare.hpp"

namespace tutti::cli {

/// The processes of a run as the launcher has them: the broker and one MPI job.
class Job {
 public:
  /// Starts both. `sockets` and `shared` are private folders for MPI's files.
  Job(const Prepared& prepared, const std::filesystem::path& folder,
      const std::filesystem::path& sockets, const std::filesystem::path& shared);
  /// Ends what still runs: SIGTERM, and SIGKILL when that does not help.
  ~Job();
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  /// Looks after children and collects what mpirun says.
  void poll();
  bool broker_ended() const { return broker_status_.has_value(); }
  bool mpi_ended() const { return mpi_status_.has_value(); }
  int broker_status() const { return broker_status_.value_or(0); }
  int mpi_status() const { return mpi_status_.value_or(0); }
  const std::string& mpi_output() const { return output_; }
  void terminate_broker() const;
  void terminate_mpi() const;
  /// Waits for both to end, for at most `seconds`.
  bool wait(double seconds);

 private:
  Child broker_, mpi_;
  std::optional<int> broker_status_, mpi_status_;
  std::string output_;
};

}  // namespace tutti::cli
