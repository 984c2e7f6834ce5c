// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tutti/control/keys.hpp"
#include "tutti/time.hpp"

namespace tutti::control {

/// The MPI job of all modules that need none of their own.
inline constexpr std::uint32_t shared_job = 1;

/// What a process has to know to join a run: written by the launcher to `control/run.json` in the
/// run folder, read by every process. Broker and modules need nothing else to find each other.
struct RunInfo {
  struct Member {
    std::string name;
    std::uint32_t ranks = 1;
    std::uint32_t job = 0;               ///< Modules of one job share an MPI world; 0: none.
    std::int32_t first_world_rank = -1;  ///< In its MPI job; -1 outside one.
    Duration step{};
    std::string model;    ///< File with the model, relative to the run folder.
    double spin_us = 20;  ///< How long a wait polls before it sleeps.
  };
  std::string name;
  std::filesystem::path folder;
  std::string endpoint;  ///< Of the broker: "ipc:///…".
  std::string listen;    ///< Where processes listen: "ipc:///FOLDER/", or "tcp://127.0.0.1:*".
  std::string secret;    ///< What strangers do not know.
  Keys keys;             ///< Of all sockets, where they are on a network.
  std::string tap;       ///< Where observers knock; empty: no gateway.
  std::string sources;   ///< Where processes bring what is tapped.
  Duration stop{};
  std::uint64_t seed = 0;
  Duration hash_bin{};  ///< 0: hashes are off.
  double deadline_s = 30;
  bool trace = false;  ///< Every process notes what it does when.
  bool rings = true;   ///< Processes of one host talk through shared memory, not MPI.
  std::string resume;  ///< Folder of the checkpoint that the run goes on from; empty: none.
  Time cut{};          ///< When that was.
  std::vector<Member> members;
};

/// The place of a module among a run's members. Throws Error{usage} that names those there are.
std::uint32_t number_of(const RunInfo& info, const std::string& module);

void write_run_info(const RunInfo& info);
/// Throws Error{config} that says what is wrong with the folder or the file.
RunInfo read_run_info(const std::filesystem::path& folder);

}  // namespace tutti::control
