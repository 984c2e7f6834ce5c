// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>

#include "tutti/state.hpp"
#include "tutti/time.hpp"

namespace tutti::checkpoint {

/// Of the files below; a file of another format is refused.
inline constexpr std::int64_t format = 1;

/// Whose state a file holds, and of when.
struct Head {
  std::string module;
  std::uint32_t rank = 0, ranks = 1;
  Time clock{};
  std::uint64_t seed = 0;
};

/// Writes what one rank saved: FOLDER/MODULE.RANK.h5, with a group per part that holds `numbers`,
/// `offsets` (one more) and `bytes`. Whole or not at all. Throws Error{io}.
void write(const std::filesystem::path& folder, const Head& head, const State::Entries& entries);

/// Whether there is anything of a module.
bool holds(const std::filesystem::path& folder, const std::string& module);

/// Reads what all ranks of a module saved, as one. Throws Error{config} for a file that is missing,
/// damaged, of another format, or not of the time `clock`.
State::Entries read(const std::filesystem::path& folder, const std::string& module, Time clock);

}  // namespace tutti::checkpoint
