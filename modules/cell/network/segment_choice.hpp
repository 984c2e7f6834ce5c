// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "tutti/config/schema.hpp"
#include "tutti/config/view.hpp"

namespace cell {

struct Model;
namespace engine {
struct CellType;
}

/// Which segments of cable cells a port is about.
struct SegmentChoice {
  std::vector<std::size_t> populations{};  ///< All cable cells where none is named.
  std::vector<std::uint64_t> cells{};      ///< Node numbers of the one population; none for all.
  std::vector<int> regions{};              ///< SWC types; none for all.
  double from_um = 0, to_um = 1e300;       ///< Path from the soma's middle.
  bool middle = false;                     ///< Of each section only the middle segment.

  bool has_cell(const Model& model, std::uint64_t gid) const;
  bool has_segment(const engine::CellType& type, std::size_t segment) const;
};

/// The keys that say it.
std::vector<tutti::config::Field> choice_fields();

/// Reads them; after the populations.
SegmentChoice read_choice(const tutti::config::View& view, const Model& model);

}  // namespace cell
