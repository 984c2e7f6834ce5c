// SPDX-License-Identifier: MIT
#pragma once
#include "network/model.hpp"
#include "tutti/config/view.hpp"

namespace cell {

/// Reads one entry of `cells:`; problems go where the view collects them.
CellModel read_cell(const std::string& name, const tutti::config::View& view, double celsius,
                    double v_init_mV, const rules::Words& words);

/// "soma", "dend", "apic", "axon" as SWC's type; 0 for "all".
int region_type(const std::string& name);

}  // namespace cell
