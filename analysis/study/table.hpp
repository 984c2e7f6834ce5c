// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <variant>
#include <vector>

namespace study {

/// One column of an answer.
struct Column {
  std::string name;
  std::string unit;  ///< Empty where there is none.
  std::variant<std::vector<double>, std::vector<std::string>> values;
};

/// The answer to a question: sentences that sum it up, and the numbers.
struct Table {
  std::string what;                ///< "granger"
  std::vector<std::string> notes;  ///< For people; how many independent samples stand behind it.
  std::vector<Column> columns;     ///< All of one length.

  std::size_t rows() const;
  void add(std::string name, std::string unit, std::vector<double> values);
  void add(std::string name, std::vector<std::string> values);
};

/// Comma separated, a line of names with units in brackets, notes before it behind a '#'.
std::string to_csv(const Table& table);
/// {"what", "notes", "columns": [{"name", "unit", "values"}]}; what is not a number is null.
std::string to_json(const Table& table);
/// Aligned for a terminal, at most `rows` rows.
std::string to_text(const Table& table, std::size_t rows = 24);

}  // namespace study
