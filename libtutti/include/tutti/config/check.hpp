// SPDX-License-Identifier: MIT
#pragma once
#include "tutti/config/node.hpp"
#include "tutti/config/problems.hpp"
#include "tutti/config/schema.hpp"

namespace tutti::config {

/// Adds everything that is wrong with `node` as a value of `table`: unknown and missing keys, wrong
/// types, missing units, wrong dimensions, values out of range. Main thread only (units).
/// Returns whether it found no error.
bool check(const Node& node, const Table& table, Problems& problems);

/// The same for one value; `path` is how messages name it, "modules.cortex.step".
bool check(const Node& node, const Field& field, const std::string& path, Problems& problems);

/// The kind of a one_of field that `node` is meant to be (the field itself if it is no one_of).
const Field& chosen(const Node& node, const Field& field);

}  // namespace tutti::config
