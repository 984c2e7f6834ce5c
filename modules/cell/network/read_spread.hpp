// SPDX-License-Identifier: MIT
#pragma once
#include "network/model.hpp"
#include "tutti/config/view.hpp"

namespace cell {

/// `region:`, `sections:`, `synapses:` and `spread:` of connections onto `cell`, a cable cell. What
/// is wrong goes where the view collects it.
void read_spread(const tutti::config::View& view, const CellModel& cell, SpreadModel& spread);

}  // namespace cell
