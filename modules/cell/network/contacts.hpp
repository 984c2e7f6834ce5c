// SPDX-License-Identifier: MIT
#pragma once
#include <functional>

#include "network/atlas.hpp"

namespace cell {

/// A synapse on a cable cell.
struct Contact {
  std::uint64_t source = 0;  ///< gid, or place among the elements of an input port.
  std::uint64_t target = 0;  ///< gid
  int segment = 0;
  double weight_uS = 0, delay_ms = 0;
  friend bool operator==(const Contact&, const Contact&) = default;
};

/// Calls `found` for the synapses that a projection gives the cells `mine`, ascending gids. Random
/// numbers hang on (seed, projection, target): the same for any distribution of cells.
void for_each_contact(const Atlas& atlas, const Projection& projection,
                      std::span<const std::uint64_t> mine,
                      const std::function<void(const Contact&)>& found);

/// Projections onto cable cells that find no place on any of them, as warnings.
tutti::config::Problems idle_places(const Atlas& atlas);

}  // namespace cell
