// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <string_view>

#include "tutti/config/node.hpp"

namespace tutti::config {

/// `base` with `over` laid on top: maps are merged key by key, everything else is replaced. A key
/// that ends in "+" ("connections+") appends its list to the list of that name instead; where there
/// is none yet it keeps its name, so that it can still be laid over another tree.
Node merge(const Node& base, const Node& over);

/// After the last merge: lists that found nothing to be appended to lose their "+".
void settle(Node& node);

/// Reads a YAML file and what its top-level `include:` (a path or a list of them, relative to the
/// file) names; the file itself wins, later includes win over earlier ones. Throws LocatedError,
/// also where files include each other in a circle.
Node read_with_includes(const std::filesystem::path& path);
/// The same, but duplicate keys are added to `problems` and reading goes on.
Node read_with_includes(const std::filesystem::path& path, Problems& problems);

/// Applies "modules.cortex.ranks=4": the value is read as YAML, keys on the way are made where they
/// are missing, a number after a dot or in brackets is an index into a list (its length appends).
/// Paths in the value are relative to `cwd`. Throws LocatedError.
void set_path(Node& root, std::string_view assignment, const std::filesystem::path& cwd);

}  // namespace tutti::config
