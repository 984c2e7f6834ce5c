// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace cell::circuit {

/// What a table of node or edge types says: for each type its attributes by name, those that are
/// NULL left out.
using TypeTable = std::map<std::uint64_t, std::map<std::string, std::string>>;

/// Reads words between blanks, with "quotes" around those that have blanks inside, under a line of
/// names; the column `id` ("node_type_id") numbers the types. Throws Error{config} with the line.
TypeTable read_types(const std::filesystem::path& path, const std::string& id);

}  // namespace cell::circuit
