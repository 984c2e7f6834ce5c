// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "../prepare.hpp"

namespace tutti::cli {

/// The run file of a run in which only some modules of a finished run take part, and players say
/// what all others said: from the recordings in `folder`. The outputs of those modules are
/// recorded, so that they have hashes. `run`: that run, prepared. Throws Error{usage} that names
/// what was not recorded exactly.
std::string replay_of(const std::filesystem::path& folder, const Prepared& run,
                      const std::vector<std::string>& only);

/// Whether a connection says `on_loss: replay` and no player stands by for it yet.
bool lacks_stand_ins(const config::RunSpec& run);

/// The run file with a player standing by for each of those. Throws Error{config} that names what
/// was not recorded exactly.
std::string with_stand_ins(const Prepared& run);

/// The lines of a log of steering that concern these modules.
std::string steering_of(const std::filesystem::path& log, const std::vector<std::string>& only);

}  // namespace tutti::cli
