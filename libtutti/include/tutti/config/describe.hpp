// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tutti/config/problems.hpp"
#include "tutti/port.hpp"

namespace tutti::config {

/// What a module answers to `--describe MODEL`: its ports with this model, and what is wrong with
/// the model. Without MODEL it answers with the schema of its model alone.
struct Description {
  std::string summary;  ///< One line: "25 cells, 3120 segments, 1840 synapses".
  std::vector<PortDescription> ports;
  std::map<std::string, std::uint64_t> elements;  ///< How many a port has, where that is known.
  Problems problems;
  std::string schema;  ///< The JSON Schema of the model; empty where not asked for.
};

/// As one JSON object: {"summary", "ports", "problems", "schema"}.
std::string to_json(const Description& description);

/// Reads that back. Unknown keys are ignored, so that older launchers understand newer modules.
/// Throws Error{protocol} saying what is not as it should be.
Description description_from_json(std::string_view text);

}  // namespace tutti::config
