// SPDX-License-Identifier: MIT
#include "app/model_json.hpp"

namespace cell {

nlohmann::ordered_json json_of(const tutti::config::Node& node) {
  if (node.is_map()) {
    auto object = nlohmann::ordered_json::object();
    for (const auto& entry : node.entries) object[entry.key] = json_of(entry.value);
    return object;
  }
  if (node.is_list()) {
    auto list = nlohmann::ordered_json::array();
    for (const auto& item : node.items) list.push_back(json_of(item));
    return list;
  }
  if (node.is_null()) return nullptr;
  if (!node.quoted) {
    const auto value = nlohmann::ordered_json::parse(node.text, nullptr, false);
    if (value.is_number() || value.is_boolean()) return value;
  }
  return node.text;
}

}  // namespace cell
