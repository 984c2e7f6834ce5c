// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "tutti/config/problems.hpp"
#include "tutti/config/run_file.hpp"

namespace tutti::cli {

/// A checkpoint that a run can go on from.
struct Checkpoint {
  std::filesystem::path folder;      ///< Its own, absolute.
  std::filesystem::path run_folder;  ///< Of the run that was cut.
  Time at{};
  std::uint64_t seed = 0;
  std::vector<std::string> modules;   ///< Whose state is in it.
  Duration recorder_step{};           ///< 0: nothing was recorded.
  std::vector<std::string> left_out;  ///< Checkpoints beside it that were never complete.
};

/// The checkpoint that `path` means: its own folder, or a run folder, whose last one it is. Throws
/// Error{config} that says what is there instead.
Checkpoint find_checkpoint(const std::filesystem::path& path);

/// Whether a run can go on from there; what is new in it is warned of.
void check_resumed(const config::RunSpec& run, const Checkpoint& checkpoint,
                   config::Problems& problems);

}  // namespace tutti::cli
