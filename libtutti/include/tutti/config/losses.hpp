// SPDX-License-Identifier: MIT
#pragma once
#include "tutti/config/run_file.hpp"

namespace tutti::config {

/// What a run does when it loses a module, by its place among them: `stop`, `wait`, or something
/// else, and then it goes on without (control/loss.hpp).
OnLoss loss_of(const RunSpec& run, std::uint32_t module);

/// Whether what the connections say of losses can be kept.
void check_losses(const RunSpec& run, Problems& problems);

}  // namespace tutti::config
