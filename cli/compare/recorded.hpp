// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <optional>
#include <string>

namespace tutti::cli {

/// The first record of a port that two runs do not share, in words: instant, element, both values.
/// Nothing where one of the runs did not record the port, or the recordings are equal (a float32
/// file may hide what the hash shows).
std::optional<std::string> first_recorded_difference(const std::filesystem::path& a,
                                                     const std::filesystem::path& b,
                                                     const std::string& port);

}  // namespace tutti::cli
