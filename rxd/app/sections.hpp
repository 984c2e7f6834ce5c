// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tutti/element_table.hpp"

namespace tutti::rxd_app {

/// A stylised section of the model's own cell: a cylinder or frustum cut into equal segments.
struct Section {
  std::string name;
  double length = 0;          ///< [um]
  double d0 = 0, d1 = 0;      ///< diameters at its two ends [um]
  std::int64_t segments = 1;  ///< how many
  std::int64_t parent = -1;   ///< which section it hangs on, always an earlier one; -1: none
  double at = 1;              ///< where on it, 0 near end, 1 far end
  std::int64_t type = 3;      ///< SWC type
  std::array<double, 3> direction{1, 0, 0};
  /// Where it begins [um] in the first cell; otherwise where it hangs on its parent.
  std::optional<std::array<double, 3>> begin = {};
};

/// The element table of `cells` equal cells: cell c begins at (0, c × 100 um, 0), and its segments
/// are numbered on from those of cell c - 1. Requires a first section without parent.
ElementTable segments_of_sections(const std::vector<Section>& cell, std::uint64_t cells);

}  // namespace tutti::rxd_app
