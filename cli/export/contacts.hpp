// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "folder.hpp"

namespace tutti::cli {

/// A connection onto a cell.
struct Contact {
  std::uint64_t from = 0;     ///< The source cell as it is exported.
  std::uint64_t segment = 0;  ///< Of the target, counted from its soma.
  double weight = 0;          ///< In the unit of its synapse: uS onto cable cells.
  double delay_ms = 0;
  std::string rule;  ///< By the name of its file in `tutti inspect cell --connections`.
};

/// The connections within each module of cells, by the exported number of the cell that they end
/// on. A recording has none: they follow from model and seed, and tutti-cell says them again. Where
/// it cannot, or where there are more than fit into a JSON file, says so on standard error.
std::map<std::uint64_t, std::vector<Contact>> contacts_of(const RecordedRun& run);

}  // namespace tutti::cli
