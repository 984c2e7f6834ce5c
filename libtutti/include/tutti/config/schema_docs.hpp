// SPDX-License-Identifier: MIT
#pragma once
#include <string>

#include "tutti/config/schema.hpp"

namespace tutti::config {

/// The table as JSON Schema (draft 2020-12), for editors.
std::string json_schema(const Table& table);

/// The table as Markdown: one section per table, one row per key.
std::string reference_markdown(const Table& table);

}  // namespace tutti::config
