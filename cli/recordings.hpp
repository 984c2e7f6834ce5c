// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <vector>

namespace tutti::cli {

/// The recordings of a run folder, by name. What a killed run left open is closed properly first;
/// a file that somebody still writes is left alone, and read as far as it is. What is beyond repair
/// is told on the standard error and left out.
std::vector<std::filesystem::path> sound_recordings(const std::filesystem::path& folder);

}  // namespace tutti::cli
