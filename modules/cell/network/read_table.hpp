// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace cell {

/// Columns of numbers under names, as a file has them.
struct NumberTable {
  std::vector<std::string> names;
  std::vector<std::vector<double>> values;  ///< One column for each name, equally long.

  std::size_t rows() const { return values.empty() ? 0 : values.front().size(); }
  /// The column of that name, or nullptr.
  const std::vector<double>* find(const std::string& name) const;
  std::vector<std::pair<std::string, std::vector<double>>> columns() const;
};

/// Reads CSV (one line of names, then numbers; lines that begin with # are left out), or HDF5 (one
/// data set of one dimension for each column). Throws Error{config} with file and line.
NumberTable read_table(const std::filesystem::path& path);

}  // namespace cell
