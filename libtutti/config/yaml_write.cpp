// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cctype>
#include <map>
#include <nlohmann/json.hpp>

#include "tutti/config/yaml.hpp"

namespace tutti::config {
namespace {

using nlohmann::json;

constexpr std::string_view mark_of_tree = "tutti_tree";
constexpr std::size_t flow_width = 80;

/// Whether YAML reads `text` back as the same plain scalar.
bool plain(const std::string& text, bool as_key) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL" ||
      text == "<<")
    return false;
  const auto good = [&](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view{"_./+-*^()=<>%@ "}.find(c) != std::string_view::npos;
  };
  if (!std::all_of(text.begin(), text.end(), good)) return false;
  const char first = text.front();
  const bool number = (first == '-' || first == '+' || first == '.') && text.size() > 1 &&
                      (std::isdigit(static_cast<unsigned char>(text[1])) != 0 || text[1] == '.');
  return (std::isalnum(static_cast<unsigned char>(first)) != 0 || first == '_' || first == '/' ||
          (number && !as_key) || (text.starts_with("./") || text.starts_with("../"))) &&
         text.back() != ' ' && !text.starts_with("---") && !text.starts_with("...");
}

std::string quote(const std::string& text) {
  // a JSON string is a YAML double-quoted one
  return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string word(const std::string& text, bool quoted, bool as_key) {
  return !quoted && plain(text, as_key) ? text : quote(text);
}

/// The node on one line.
std::string flow(const Node& node) {
  std::string out;
  switch (node.kind) {
    case Node::Kind::null:
      return "null";
    case Node::Kind::scalar:
      return word(node.text, node.quoted, false);
    case Node::Kind::list:
      for (const auto& item : node.items) out += (out.empty() ? "" : ", ") + flow(item);
      return "[" + out + "]";
    case Node::Kind::map:
      for (const auto& entry : node.entries)
        out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", word(entry.key, false, true),
                           flow(entry.value));
      return "{" + out + "}";
  }
  return out;
}

bool is_leaf(const Node& node) {
  return (node.is_scalar() || node.is_null()) || (node.items.empty() && node.entries.empty());
}

/// Leaves, and short lists and maps of leaves below the first level, fit on a line.
bool on_one_line(const Node& node, std::size_t depth) {
  if (is_leaf(node)) return true;
  const bool flat = std::all_of(node.items.begin(), node.items.end(), is_leaf) &&
                    std::all_of(node.entries.begin(), node.entries.end(),
                                [](const Entry& entry) { return is_leaf(entry.value); });
  return flat && (depth > 1 || node.is_list()) && flow(node).size() + 2 * depth < flow_width;
}

void write(const Node& node, std::size_t depth, std::string& out) {
  const std::string indent(2 * depth, ' ');
  for (const auto& entry : node.entries) {
    out += indent + word(entry.key, false, true) + ":";
    if (on_one_line(entry.value, depth + 1)) {
      out += " " + flow(entry.value) + "\n";
    } else {
      out += "\n";
      write(entry.value, depth + 1, out);
    }
  }
  for (const auto& item : node.items) {
    if (on_one_line(item, depth + 2)) {
      out += indent + "- " + flow(item) + "\n";
    } else {
      out += indent + "-\n";
      write(item, depth + 1, out);
    }
  }
}

/// Files are numbered in the order met, so that a place costs three numbers.
class Files {
 public:
  std::size_t number(const Location& place) {
    const auto [found, fresh] = numbers_.try_emplace({place.file, place.folder}, numbers_.size());
    if (fresh) list_.push_back(json::array({place.file, place.folder}));
    return found->second;
  }
  json list() const { return list_; }

 private:
  std::map<std::pair<std::string, std::string>, std::size_t> numbers_;
  json list_ = json::array();
};

json place_to_json(const Location& place, Files& files) {
  return json::array({files.number(place), place.line, place.column});
}

json node_to_json(const Node& node, Files& files) {
  json out = json::array();
  const json place = place_to_json(node.place, files);
  switch (node.kind) {
    case Node::Kind::null:
      out = {"null", place};
      break;
    case Node::Kind::scalar:
      out = {node.quoted ? "quoted" : "plain", place, node.text};
      break;
    case Node::Kind::list: {
      json items = json::array();
      for (const auto& item : node.items) items.push_back(node_to_json(item, files));
      out = {"list", place, std::move(items)};
      break;
    }
    case Node::Kind::map: {
      json entries = json::array();
      for (const auto& entry : node.entries)
        entries.push_back(json::array(
            {entry.key, place_to_json(entry.place, files), node_to_json(entry.value, files)}));
      out = {"map", place, std::move(entries)};
      break;
    }
  }
  return out;
}

Location place_from_json(const json& in, const json& files) {
  const json& file = files.at(in.at(0).get<std::size_t>());
  return {file.at(0).get<std::string>(), in.at(1).get<int>(), in.at(2).get<int>(),
          file.at(1).get<std::string>()};
}

Node node_from_json(const json& in, const json& files, std::size_t depth) {
  if (depth > 200) throw LocatedError{{}, "more than 200 levels deep"};
  Node node;
  const auto kind = in.at(0).get<std::string>();
  node.place = place_from_json(in.at(1), files);
  if (kind == "plain" || kind == "quoted") {
    node.kind = Node::Kind::scalar;
    node.quoted = kind == "quoted";
    node.text = in.at(2).get<std::string>();
  } else if (kind == "list") {
    node.kind = Node::Kind::list;
    for (const auto& item : in.at(2)) node.items.push_back(node_from_json(item, files, depth + 1));
  } else if (kind == "map") {
    node.kind = Node::Kind::map;
    for (const auto& entry : in.at(2))
      node.entries.push_back({entry.at(0).get<std::string>(), place_from_json(entry.at(1), files),
                              node_from_json(entry.at(2), files, depth + 1)});
  }
  return node;
}

}  // namespace

std::string to_yaml(const Node& node) {
  if (is_leaf(node)) return flow(node) + "\n";
  std::string out;
  write(node, 0, out);
  return out;
}

std::string to_json_with_places(const Node& node) {
  Files files;
  json tree = node_to_json(node, files);
  json out = json::object();
  out[std::string{mark_of_tree}] = 1;
  out["files"] = files.list();
  out["tree"] = std::move(tree);
  return out.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

Node from_json_with_places(std::string_view text, const std::string& file) {
  try {
    const json in = json::parse(text);
    if (in.at(std::string{mark_of_tree}) != 1)
      throw LocatedError{{file, 0, 0, {}}, "was written by another version of Tutti"};
    return node_from_json(in.at("tree"), in.at("files"), 0);
  } catch (const json::exception& e) {
    throw LocatedError{{file, 0, 0, {}}, fmt::format("is no tree that Tutti wrote: {}", e.what())};
  }
}

Node read_tree(const std::filesystem::path& path) {
  const std::string text = read_whole(path);
  if (text.starts_with("{\"") && text.find(mark_of_tree) != std::string::npos)
    return from_json_with_places(text, path.string());
  return parse_yaml(text, place_of_file(path));
}

}  // namespace tutti::config
