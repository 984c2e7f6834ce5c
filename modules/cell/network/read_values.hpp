// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "rules/connections.hpp"
#include "tutti/config/node.hpp"
#include "tutti/config/problems.hpp"
#include "tutti/config/view.hpp"

/// Reading values that may be written in several ways. What is wrong goes to `problems`.
namespace cell {

/// "a, b, c".
std::string list_of(const std::vector<std::string>& names);

/// The names of things that have one.
template <typename T>
std::vector<std::string> names_of(const std::vector<T>& all) {
  std::vector<std::string> names;
  for (const auto& one : all) names.push_back(one.name);
  return names;
}

/// The place of a word among names; where it is none of them a problem that lists them, and 0.
std::size_t named(const tutti::config::Node& word, const std::string& what,
                  const std::vector<std::string>& names, tutti::config::Problems& problems);
std::size_t named(const tutti::config::View& view, const char* key, const std::string& what,
                  const std::vector<std::string>& names);

/// "0.1 mV" as a number of `unit`.
std::optional<double> number(const tutti::config::Node& node, const std::string& unit,
                             tutti::config::Problems& problems);

/// "0.1 mV", {normal: [0.1 mV, 0.02 mV], min: 0 mV}, or a formula in parentheses with the unit of
/// its values behind: "(0.1 * exp(-dist_3D / 100)) mV".
rules::Quantity quantity(const tutti::config::Node& node, const std::string& unit,
                         const rules::Words& words, rules::About about,
                         tutti::config::Problems& problems);

/// A formula without a unit.
std::optional<rules::Formula> formula(const tutti::config::Node& node, const rules::Words& words,
                                      rules::About about, tutti::config::Problems& problems);

}  // namespace cell
