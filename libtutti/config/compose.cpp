// SPDX-License-Identifier: MIT
#include "tutti/config/compose.hpp"

#include <algorithm>
#include <cctype>

#include "scalars.hpp"
#include "tutti/config/yaml.hpp"

namespace tutti::config {
namespace {

namespace fs = std::filesystem;

/// "connections+" with a list is for appending. A map under such a name is what it says: an ion,
/// "K+", for one.
bool appends(const Entry& entry) {
  return entry.key.size() > 1 && entry.key.ends_with('+') && entry.value.is_list();
}

std::string without_plus(const std::string& key) { return key.substr(0, key.size() - 1); }

/// To the list of that name, or to what waits for one, or it begins to wait itself.
void append(Node& base, const Entry& over) {
  Node* list = base.find(without_plus(over.key));
  if (list == nullptr) list = base.find(over.key);
  if (list == nullptr) {
    base.entries.push_back(over);
    return;
  }
  if (list->is_null()) list->kind = Node::Kind::list;
  if (!list->is_list())
    throw LocatedError{over.place, fmt::format("\"{}\" appends to a list, but there is {}",
                                               over.key, describe(*list))};
  list->items.insert(list->items.end(), over.value.items.begin(), over.value.items.end());
}

/// The files that an `include:` names, taken out of the node.
std::vector<Node> take_includes(Node& root) {
  std::vector<Node> out;
  const auto found = std::find_if(root.entries.begin(), root.entries.end(),
                                  [](const Entry& entry) { return entry.key == "include"; });
  if (found == root.entries.end()) return out;
  if (found->value.is_list())
    out = found->value.items;
  else
    out.push_back(found->value);
  root.entries.erase(found);
  for (const auto& node : out)
    if (!node.is_scalar())
      throw LocatedError{node.place, fmt::format("include takes a path or a list of paths, not {}",
                                                 describe(node))};
  return out;
}

/// How a person would name an included file: relative to where they stand if the including one was.
fs::path shown(const fs::path& including, const Node& included) {
  const fs::path path = resolve(included);
  const fs::path named{included.text};
  if (including.is_absolute() || named.is_absolute() || included.text.starts_with("~")) return path;
  return (including.parent_path() / named).lexically_normal();
}

Node read_recursive(const fs::path& path, std::vector<fs::path>& open, Problems& problems) {
  Node root = read_yaml(path, problems);
  if (!root.is_map()) return root;
  Node base;
  base.place = root.place;
  base.kind = Node::Kind::map;
  for (const Node& include : take_includes(root)) {
    const fs::path inner = shown(path, include);
    const fs::path full = fs::absolute(inner).lexically_normal();
    if (std::find(open.begin(), open.end(), full) != open.end())
      throw LocatedError{include.place,
                         fmt::format("include: {} is being read already; files include each other "
                                     "in a circle",
                                     include.text)};
    std::error_code fault;
    if (!fs::exists(inner, fault))
      throw LocatedError{include.place, fmt::format("include: there is no file {}", full.string())};
    open.push_back(full);
    base = merge(base, read_recursive(inner, open, problems));
    open.pop_back();
  }
  return merge(base, root);
}

/// "a.b[2].c" as its keys; empty where it is malformed.
std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> out(1);
  for (const char c : path) {
    if (c == '.' || c == '[')
      out.emplace_back();
    else if (c != ']')
      out.back() += c;
  }
  const bool good = std::none_of(out.begin(), out.end(), [](const auto& s) { return s.empty(); });
  return good ? out : std::vector<std::string>{};
}

Node& step_into(Node& node, const std::string& key, const Location& place) {
  if (!node.is_list()) return node.at_or_make(key, place);
  const auto index = read_integer(key);
  const auto size = node.items.size();
  if (!index || *index < 0 || static_cast<std::size_t>(*index) > size)
    throw LocatedError{place,
                       fmt::format("\"{}\" is no place in a list of {}; count from 0", key, size)};
  if (static_cast<std::size_t>(*index) == size) node.items.emplace_back().place = place;
  return node.items[static_cast<std::size_t>(*index)];
}

}  // namespace

Node merge(const Node& base, const Node& over) {
  if (!over.is_map() || !(base.is_map() || base.is_null())) return over;
  Node out = base;
  out.kind = Node::Kind::map;
  if (base.is_null()) out.place = over.place;
  for (const auto& entry : over.entries) {
    if (appends(entry)) {
      append(out, entry);
    } else if (Node* found = out.find(entry.key)) {
      *found = merge(*found, entry.value);
    } else {
      std::erase_if(out.entries, [&](const Entry& waiting) {
        return appends(waiting) && without_plus(waiting.key) == entry.key;
      });
      out.entries.push_back(entry);
    }
  }
  return out;
}

void settle(Node& node) {
  for (auto& item : node.items) settle(item);
  for (auto& entry : node.entries) {
    settle(entry.value);
    if (appends(entry) && node.find(without_plus(entry.key)) == nullptr)
      entry.key = without_plus(entry.key);
  }
}

Node read_with_includes(const fs::path& path, Problems& problems) {
  std::vector<fs::path> open{fs::absolute(path).lexically_normal()};
  return read_recursive(path, open, problems);
}

Node read_with_includes(const fs::path& path) {
  Problems problems;
  Node node = read_with_includes(path, problems);
  if (!problems.empty()) throw LocatedError{problems.all()[0].place, problems.all()[0].text};
  return node;
}

void set_path(Node& root, std::string_view assignment, const fs::path& cwd) {
  const auto equals = assignment.find('=');
  const std::string key{assignment.substr(0, equals)};
  const Location place{"--set " + std::string{assignment}, 0, 0, fs::absolute(cwd).string()};
  const auto keys = split(key);
  if (equals == std::string_view::npos || keys.empty())
    throw LocatedError{place, "write it as --set modules.cortex.ranks=4"};
  Node value = parse_yaml(assignment.substr(equals + 1), place);
  Node* node = &root;
  for (const auto& k : keys) {
    if (node->is_scalar())
      throw LocatedError{
          place, fmt::format("there is no \"{}\" in {}, which is no map", k, describe(*node))};
    node = &step_into(*node, k, place);
  }
  *node = std::move(value);
  // lines and columns inside an argument help nobody
  node->place = place;
}

}  // namespace tutti::config
