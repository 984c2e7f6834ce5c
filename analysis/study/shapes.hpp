// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <vector>

#include "measures/rates.hpp"
#include "study/question.hpp"
#include "tutti/error.hpp"

/// Shapes that answers share.
namespace study {

/// Throws tutti::Error{usage} that says what a measure between two needs, unless both are given.
inline void need_both(const Question& q, const char* measure, const char* needs) {
  if (q.from.empty() || q.to.empty())
    throw tutti::Error{tutti::Fault::usage, "{}: say --from and --to: {}", measure, needs};
}

/// The lower edge of every bin [ms].
inline std::vector<double> lower_edges(const measures::Bins& bins) {
  std::vector<double> edges;
  for (std::size_t i = 0; i < bins.count; ++i) edges.push_back(bins.edge_ms(i));
  return edges;
}

/// One number of every row.
template <typename Row>
std::vector<double> column(const std::vector<Row>& rows, double Row::*number) {
  std::vector<double> values;
  for (const auto& row : rows) values.push_back(row.*number);
  return values;
}

/// The name of every row, or of every population.
template <typename Row>
std::vector<std::string> names(const std::vector<Row>& rows) {
  std::vector<std::string> all;
  for (const auto& row : rows) all.push_back(row.name);
  return all;
}

}  // namespace study
