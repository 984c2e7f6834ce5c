// SPDX-License-Identifier: MIT
#include "tutti/config/node.hpp"

#include <cstdlib>

namespace tutti::config {

const Node* Node::find(std::string_view key) const {
  for (const auto& entry : entries)
    if (entry.key == key) return &entry.value;
  return nullptr;
}

Node* Node::find(std::string_view key) {
  for (auto& entry : entries)
    if (entry.key == key) return &entry.value;
  return nullptr;
}

Node& Node::at_or_make(std::string_view key, const Location& where) {
  if (is_null()) kind = Kind::map, place = where;
  if (!is_map())
    throw LocatedError{where, fmt::format("there is no \"{}\" in {}", key, describe(*this))};
  if (Node* found = find(key)) return *found;
  Node fresh;
  fresh.place = where;
  entries.push_back({std::string{key}, where, std::move(fresh)});
  return entries.back().value;
}

std::vector<std::string> Node::keys() const {
  std::vector<std::string> out;
  for (const auto& entry : entries) out.push_back(entry.key);
  return out;
}

bool same_value(const Node& a, const Node& b) {
  if (a.kind != b.kind || a.text != b.text || a.quoted != b.quoted ||
      a.items.size() != b.items.size() || a.entries.size() != b.entries.size())
    return false;
  for (std::size_t i = 0; i < a.items.size(); ++i)
    if (!same_value(a.items[i], b.items[i])) return false;
  for (std::size_t i = 0; i < a.entries.size(); ++i)
    if (a.entries[i].key != b.entries[i].key || !same_value(a.entries[i].value, b.entries[i].value))
      return false;
  return true;
}

bool operator==(const Entry& a, const Entry& b) {
  return a.key == b.key && a.place == b.place && a.value == b.value;
}

bool operator==(const Node& a, const Node& b) {
  return a.kind == b.kind && a.text == b.text && a.quoted == b.quoted && a.place == b.place &&
         a.items == b.items && a.entries == b.entries;
}

Node scalar(std::string text, Location place) {
  Node node;
  node.kind = Node::Kind::scalar;
  node.text = std::move(text);
  node.place = std::move(place);
  return node;
}

std::filesystem::path resolve(const Node& scalar) {
  if (!scalar.is_scalar() || scalar.text.empty())
    throw LocatedError{scalar.place, fmt::format("{} is no path", describe(scalar))};
  if (scalar.text == "~" || scalar.text.starts_with("~/"))
    if (const char* home = std::getenv("HOME"))
      return std::filesystem::path{home} / scalar.text.substr(scalar.text.size() > 1 ? 2 : 1);
  const std::filesystem::path path{scalar.text};
  if (path.is_absolute()) return path.lexically_normal();
  return (std::filesystem::path{scalar.place.folder} / path).lexically_normal();
}

std::string describe(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::scalar:
      return fmt::format("\"{}\"",
                         node.text.size() > 60 ? node.text.substr(0, 57) + "..." : node.text);
    case Node::Kind::list:
      return fmt::format("a list of {}", node.items.size());
    case Node::Kind::map:
      return "a map";
  }
  return "?";
}

}  // namespace tutti::config
