// SPDX-License-Identifier: MIT
#include "swc/points.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <map>

#include "tutti/error.hpp"

namespace swc {
namespace {

using tutti::Error;
using tutti::Fault;

constexpr int soma = 1;           // SWC's type of it
constexpr double farthest = 1e8;  // [um]: a hundred metres
constexpr std::array columns{"id", "type", "x", "y", "z", "radius", "parent"};

/// The words of a line: white space and commas part them, # ends it.
std::vector<std::string_view> words_of(std::string_view line) {
  if (const auto comment = line.find('#'); comment != std::string_view::npos)
    line = line.substr(0, comment);
  constexpr std::string_view gaps = " \t\r,\f\v";
  std::vector<std::string_view> words;
  for (std::size_t at = line.find_first_not_of(gaps); at != std::string_view::npos;) {
    const auto end = line.find_first_of(gaps, at);
    words.push_back(line.substr(at, end == std::string_view::npos ? end : end - at));
    at = end == std::string_view::npos ? end : line.find_first_not_of(gaps, end);
  }
  return words;
}

/// A finite number; some programs write a leading plus.
double number(std::string_view word, std::size_t column, const std::string& name, int line) {
  const auto digits = word.starts_with('+') ? word.substr(1) : word;
  double value = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (fault != std::errc{} || end != digits.data() + digits.size() || !std::isfinite(value))
    throw Error{Fault::config, "{}:{}: \"{}\" stands where {} should be, a number",
                name,          line,
                word,          columns[column]};
  return value;
}

/// A coordinate or a radius [um].
double extent(std::string_view word, std::size_t column, const std::string& name, int line) {
  const double value = number(word, column, name, line);
  if (std::abs(value) > farthest)
    throw Error{Fault::config,
                "{}:{}: {} is {} um; no cell is larger than {:g} um",
                name,
                line,
                columns[column],
                word,
                farthest};
  return value;
}

long whole(std::string_view word, std::size_t column, const std::string& name, int line) {
  const double value = number(word, column, name, line);
  if (value != std::nearbyint(value) || std::abs(value) > 1e15)
    throw Error{Fault::config,
                "{}:{}: {} is \"{}\", it must be a whole number",
                name,
                line,
                columns[column],
                word};
  return std::lround(value);
}

Point point_of(const std::vector<std::string_view>& words, const std::string& name, int line) {
  if (words.size() < columns.size())
    throw Error{Fault::config,
                "{}:{}: {} values, an SWC line has seven: id type x y z radius parent", name, line,
                words.size()};
  Point p;
  p.line = line;
  p.id = whole(words[0], 0, name, line);
  p.type = static_cast<int>(whole(words[1], 1, name, line));
  p.at = {extent(words[2], 2, name, line), extent(words[3], 3, name, line),
          extent(words[4], 4, name, line), 2 * extent(words[5], 5, name, line)};
  p.parent_id = whole(words[6], 6, name, line);
  if (!(p.at.d > 0))
    throw Error{Fault::config, "{}:{}: point {} has radius {}, it must be above 0",
                name,          line,
                p.id,          words[5]};
  return p;
}

/// Links parents and children and finds the root.
void link(Tree& tree) {
  std::map<long, int> index;
  for (std::size_t i = 0; i < tree.points.size(); ++i) {
    const auto& p = tree.points[i];
    const auto [known, fresh] = index.emplace(p.id, static_cast<int>(i));
    if (!fresh)
      throw Error{Fault::config, "{}:{}: point {} is there twice, first on line {}",
                  tree.name,     p.line,
                  p.id,          tree.points[static_cast<std::size_t>(known->second)].line};
  }
  tree.root = -1;
  tree.trees = 0;
  for (std::size_t i = 0; i < tree.points.size(); ++i) {
    auto& p = tree.points[i];
    if (p.parent_id < 0) {
      ++tree.trees;
      // the first tree that begins with a soma, or the first of all
      const bool better = tree.root >= 0 && p.type == soma &&
                          tree.points[static_cast<std::size_t>(tree.root)].type != soma;
      if (tree.root < 0 || better) tree.root = static_cast<int>(i);
      continue;
    }
    const auto found = index.find(p.parent_id);
    if (found == index.end())
      throw Error{Fault::config, "{}:{}: parent {} of point {} is not in the file",
                  tree.name,     p.line,
                  p.parent_id,   p.id};
    p.parent = found->second;
    tree.points[static_cast<std::size_t>(p.parent)].children.push_back(static_cast<int>(i));
  }
}

/// Whatever no path from the root reaches hangs on a loop.
void refuse_loops(const Tree& tree) {
  std::vector<char> seen(tree.points.size(), 0);
  std::vector<int> open;
  for (std::size_t i = 0; i < tree.points.size(); ++i)
    if (tree.points[i].parent_id < 0) open.push_back(static_cast<int>(i));
  while (!open.empty()) {
    const auto i = static_cast<std::size_t>(open.back());
    open.pop_back();
    seen[i] = 1;
    for (const int child : tree.points[i].children) open.push_back(child);
  }
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (seen[i]) continue;
    std::vector<char> walked(seen.size(), 0);  // upwards from here lies the loop itself
    std::size_t at = i;
    while (!walked[at]) {
      walked[at] = 1;
      at = static_cast<std::size_t>(tree.points[at].parent);
    }
    const auto& p = tree.points[at];
    throw Error{Fault::config,
                "{}:{}: point {} is its own ancestor (a loop through its parent {}); a tree needs "
                "a root with parent -1",
                tree.name,
                p.line,
                p.id,
                p.parent_id};
  }
}

}  // namespace

Tree read_points(std::string_view text, const std::string& name) {
  Tree tree{name, {}, 0};
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a byte order mark
  int line = 0;
  while (!text.empty()) {
    ++line;
    auto end = text.find_first_of("\r\n");
    const auto words = words_of(text.substr(0, end));
    if (!words.empty()) tree.points.push_back(point_of(words, name, line));
    if (end == std::string_view::npos) break;
    while (end + 1 < text.size() && text[end] == '\r' &&
           (text[end + 1] == '\r' || text[end + 1] == '\n'))
      ++end;  // CRLF, and the CRCRLF of files that were converted twice
    text.remove_prefix(end + 1);
  }
  if (tree.points.empty())
    throw Error{Fault::config, "{}: no points; an SWC line is: id type x y z radius parent", name};
  link(tree);
  refuse_loops(tree);
  return tree;
}

}  // namespace swc
