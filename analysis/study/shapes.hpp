// SPDX-License-Identifier: MIT
#pragma once
#include <fmt/format.h>

#include <initializer_list>
#include <stdexcept>
#include <string>
#include <vector>

#include "study/question.hpp"
#include "tutti/error.hpp"

/// Shapes that answers share.
namespace study {

/// Throws tutti::Error{usage} that says what a measure between two needs, unless both are given.
inline void need_both(const Question& q, const char* measure, const char* needs) {
  if (q.from.empty() || q.to.empty())
    throw tutti::Error{tutti::Fault::usage, "{}: say --from and --to: {}", measure, needs};
}

/// Throws std::invalid_argument where no spike has `reach_ms` before and after it in what was
/// recorded.
inline void need_events(const Population& p, std::size_t events, double reach_ms) {
  if (events > 0) return;
  throw std::invalid_argument{fmt::format(
      "none of the {} spikes of {} has {:g} ms before and after it in this stretch: take a longer "
      "stretch or a smaller --window",
      p.times_ms.size(), p.name, reach_ms)};
}

/// A column that is a number of each row.
template <typename Row>
struct NumberOf {
  const char* name;
  const char* unit;
  double Row::*number;
};

/// A table with a row for each population: its name, and numbers.
template <typename Row>
void add_rows(Table& table, const std::vector<Row>& rows,
              std::initializer_list<NumberOf<Row>> all) {
  std::vector<std::string> names;
  for (const auto& row : rows) names.push_back(row.name);
  table.add("population", std::move(names));
  for (const auto& [name, unit, number] : all) {
    std::vector<double> values;
    for (const auto& row : rows) values.push_back(row.*number);
    table.add(name, unit, std::move(values));
  }
}

}  // namespace study
