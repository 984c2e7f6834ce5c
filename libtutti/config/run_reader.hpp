// SPDX-License-Identifier: MIT
#pragma once
#include "tutti/config/run_file.hpp"

namespace tutti::config {

/// Checks a composed tree against run_table() and against itself, and reads it.
RunSpec read_run(Node tree, Problems& problems);

}  // namespace tutti::config
