// SPDX-License-Identifier: MIT
#include "sonata/type_table.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <vector>

#include "tutti/error.hpp"

namespace cell::circuit {
namespace {

std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words;
  for (std::size_t k = 0; k < line.size();) {
    const char c = line[k];
    if (c == ' ' || c == '\t' || c == '\r') {
      ++k;
      continue;
    }
    std::string word;
    if (c == '"' || c == '\'') {
      const auto end = std::min(line.find(c, k + 1), line.size());
      word = line.substr(k + 1, end - k - 1);
      k = end + 1;
    } else {
      const auto end = std::min(line.find_first_of(" \t\r", k), line.size());
      word = line.substr(k, end - k);
      k = end;
    }
    words.push_back(std::move(word));
  }
  return words;
}

}  // namespace

TypeTable read_types(const std::filesystem::path& path, const std::string& id) {
  using tutti::Error;
  using tutti::Fault;
  TypeTable table;
  if (path.empty()) return table;
  std::ifstream file{path};
  if (!file) throw Error{Fault::config, "{}: no such table of types", path.string()};
  std::string line;
  std::getline(file, line);
  const auto names = words_of(line);
  const auto key = std::ranges::find(names, id) - names.begin();
  if (key == std::ssize(names))
    throw Error{Fault::config, "{}:1: there is no column {}", path.string(), id};
  for (int number = 2; std::getline(file, line); ++number) {
    const auto words = words_of(line);
    if (words.empty()) continue;
    if (words.size() != names.size())
      throw Error{Fault::config, "{}:{}: {} words under {} names",
                  path.string(), number,
                  words.size(),  names.size()};
    const auto& written = words[static_cast<std::size_t>(key)];
    std::uint64_t type = 0;
    if (std::from_chars(written.data(), written.data() + written.size(), type).ec != std::errc{})
      throw Error{Fault::config, "{}:{}: {} is \"{}\", no number", path.string(), number, id,
                  written};
    auto& row = table[type];
    for (std::size_t k = 0; k < names.size(); ++k)
      if (words[k] != "NULL" && words[k] != "NONE") row[names[k]] = words[k];
  }
  return table;
}

}  // namespace cell::circuit
