// SPDX-License-Identifier: MIT
#pragma once
#include <nlohmann/json.hpp>

#include "tutti/config/node.hpp"

namespace cell {

/// A model's tree as JSON that reads back as the same model. Values keep their text: "20 ms" stays
/// as it is.
nlohmann::ordered_json json_of(const tutti::config::Node& node);

}  // namespace cell
