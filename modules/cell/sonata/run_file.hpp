// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <string>

namespace cell::circuit {

/// The run file that simulates a circuit and records its reports: one cell module, and one for the
/// potential at electrodes where a report asks for it. `path` is its simulation_config.json, or
/// config.json. Throws config::Refused with everything that is wrong with it.
std::string run_file(const std::filesystem::path& path);

}  // namespace cell::circuit
