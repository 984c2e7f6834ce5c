// SPDX-License-Identifier: MIT
#pragma once
#include "network/model.hpp"
#include "tutti/config/view.hpp"

namespace cell {

/// `clamps:`, `voltage_clamps:` and `gap_junctions:`; after cells and populations.
void read_electrodes(const tutti::config::View& view, Model& model);

}  // namespace cell
