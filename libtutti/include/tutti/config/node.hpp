// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "tutti/config/problems.hpp"

namespace tutti::config {

struct Entry;

/// A piece of configuration as it was written: nothing, a scalar's text, a list or an ordered map.
/// Each knows its place. What a scalar means is for the schema to say.
struct Node {
  enum class Kind { null, scalar, list, map };

  Kind kind = Kind::null;
  std::string text;            ///< Of a scalar.
  bool quoted = false;         ///< A scalar in quotes is text whatever it looks like.
  std::vector<Node> items;     ///< Of a list.
  std::vector<Entry> entries;  ///< Of a map, in the order written; no key twice.
  Location place;

  bool is_null() const { return kind == Kind::null; }
  bool is_scalar() const { return kind == Kind::scalar; }
  bool is_list() const { return kind == Kind::list; }
  bool is_map() const { return kind == Kind::map; }

  /// The value of a key of a map, or nullptr (also for what is no map).
  const Node* find(std::string_view key) const;
  Node* find(std::string_view key);

  /// The value of a key of a map, made as null at `where` if it is not there. A null node becomes a
  /// map. Throws Error{config} for a scalar or a list.
  Node& at_or_make(std::string_view key, const Location& where);

  /// The keys of a map in the order written.
  std::vector<std::string> keys() const;
};

/// One key of a map with its value.
struct Entry {
  std::string key;
  Location place;
  Node value;
};

/// Equal in value: kind, text, quoting, items and entries in order; places do not count.
bool same_value(const Node& a, const Node& b);
/// Equal in value and in every place.
bool operator==(const Node& a, const Node& b);
bool operator==(const Entry& a, const Entry& b);

/// A scalar node, for composing trees in code.
Node scalar(std::string text, Location place = {});

/// The path that a scalar names: relative ones are relative to the folder of the file in which the
/// scalar was written, "~/" is the home folder. Throws Error{config} for what is no scalar.
std::filesystem::path resolve(const Node& scalar);

/// What a person would call the node: "\"abc\"" with its quotes, "a list of 3", "a map", "nothing".
std::string describe(const Node& node);

}  // namespace tutti::config
