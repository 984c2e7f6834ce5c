// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "folder.hpp"

namespace tutti::cli {

/// The sections of every cell as NetPyNE has them, by the cell's number: `geom` with L, diam, nseg
/// and pt3d [um], and `topol` where the parent is there as well. They come from the element table
/// of the segment port that was recorded of most segments; sections that were not recorded are not
/// there.
struct CellSections {
  nlohmann::ordered_json told;
  bool whole = false;  ///< No segment of the cell is missing.

  /// The section of a segment, counted from the soma, and the place of its middle from 0 to 1; ""
  /// where that is not known.
  std::pair<std::string, double> place_of(std::uint64_t segment) const;
};
std::map<std::uint64_t, CellSections> sections_of(const RecordedRun& run);

}  // namespace tutti::cli
