// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>

#include "tutti/config/run_file.hpp"

namespace tutti::cli {

struct RunOptions {
  config::RunInput input;
  std::filesystem::path results;  ///< The folder in which run folders are made.
  std::filesystem::path steer;    ///< What an earlier run was told; empty: nothing.
  std::filesystem::path resume;   ///< A checkpoint, or a run folder that has some; empty: none.
  bool view = false;              ///< With the viewer in the browser.
  std::filesystem::path* folder = nullptr;  ///< Hears which run folder it became.
  bool quiet = false;                       ///< Only the last line and errors.
};

/// `tutti run`: checks, starts, shows progress, ends. Returns the exit code.
int execute(const RunOptions& options);

}  // namespace tutti::cli
