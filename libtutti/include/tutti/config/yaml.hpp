// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "tutti/config/node.hpp"

namespace tutti::config {

/// Reads one YAML (or JSON, its subset) document. Anchors and `<<` merging work; a second document,
/// a duplicate key, a key that is no text, more than 100 levels or a million values are refused.
/// Throws LocatedError (an Error{config}) with the place.
Node read_yaml(const std::filesystem::path& path);
/// The same, but duplicate keys are added to `problems` (the first one holds) and reading goes on.
Node read_yaml(const std::filesystem::path& path, Problems& problems);

/// The same from text; `place.file` names it in messages and `place.folder` is what paths in it are
/// relative to.
Node parse_yaml(std::string_view text, const Location& place);
Node parse_yaml(std::string_view text, const Location& place, Problems& problems);
Node parse_yaml(std::string_view text, const std::string& file);

/// The bytes of a file of at most 256 MB. Throws LocatedError saying why it cannot be read.
std::string read_whole(const std::filesystem::path& path);

/// The place of a file as a whole: its name as given, its absolute folder.
Location place_of_file(const std::filesystem::path& path);

/// The node as YAML that reads back equal in value; places and comments are not kept.
std::string to_yaml(const Node& node);

/// The node with all places, as JSON that only from_json_with_places reads: how a launcher hands a
/// module its model so that the module's messages still point into the files a person wrote.
std::string to_json_with_places(const Node& node);
Node from_json_with_places(std::string_view text, const std::string& file);

/// Reads either: a tree written by to_json_with_places, or YAML.
Node read_tree(const std::filesystem::path& path);

}  // namespace tutti::config
