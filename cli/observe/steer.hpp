// SPDX-License-Identifier: MIT
#pragma once
#include <chrono>
#include <string>

#include "tutti/control/messages.hpp"

namespace tutti::cli {

/// How a run is named on the command line, for help.
inline constexpr const char* run_help =
    "its name, folder or folder's name; not needed for the only one";

/// Gives an order to a run that is alive, and prints when it takes effect. `run` is as find_run
/// takes it. Throws Error{usage} with the run's words where it refuses.
void steer(const std::string& run, const control::Command& order,
           std::chrono::milliseconds patience = std::chrono::seconds{10});

}  // namespace tutti::cli
