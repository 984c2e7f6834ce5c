// SPDX-License-Identifier: MIT
#pragma once
#include <sys/types.h>
#include <string>
#include <vector>

#include "tutti/control/run_info.hpp"

namespace tutti::cli {

/// A run that a launcher on this machine, of this user, is following.
struct LiveRun {
  pid_t launcher = 0;  ///< 0: on another machine
  control::RunInfo info;
};

/// All of them, in the order of their launchers' numbers.
std::vector<LiveRun> live_runs();

/// The run that `text` means: its name, its folder or that folder's name, or, where it is empty,
/// the only one that is alive. A folder with a far door is that of a run on another machine. Throws
/// Error{usage} saying which there are.
LiveRun find_run(const std::string& text);

}  // namespace tutti::cli
