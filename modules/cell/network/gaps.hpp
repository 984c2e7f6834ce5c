// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <vector>

#include "network/model.hpp"

namespace cell {

/// A gap junction between the somata of two cells.
struct Gap {
  std::uint64_t first = 0, other = 0;  ///< gids
  double conductance_uS = 0;
};

/// All gap junctions of a model. Random numbers hang on (seed, entry, pair); two different cells of
/// one population are one pair, no cell is joined to itself.
std::vector<Gap> gaps_of(const Model& model, std::uint64_t seed);

}  // namespace cell
