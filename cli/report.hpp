// SPDX-License-Identifier: MIT
#pragma once
#include "tutti/config/problems.hpp"

namespace tutti::cli {

/// Prints problems to standard error, coloured on a terminal, with a last line that counts the
/// errors. Returns whether there were none.
bool report(const config::Problems& problems);

}  // namespace tutti::cli
