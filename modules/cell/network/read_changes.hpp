// SPDX-License-Identifier: MIT
#pragma once
#include <string>

#include "network/model.hpp"
#include "tutti/config/view.hpp"

namespace cell {

/// `stdp:` and `tsodyks_markram:` of a connection whose weights are in `unit`. What is wrong goes
/// where the view collects it.
void read_changes(const tutti::config::View& view, const std::string& unit, Projection& p);

}  // namespace cell
