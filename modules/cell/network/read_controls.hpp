// SPDX-License-Identifier: MIT
#pragma once
#include "network/model.hpp"
#include "tutti/config/view.hpp"

namespace cell {

/// The keys of one of `controls`.
tutti::config::Table control_schema();

/// Reads `controls:`; after everything that they name.
void read_controls(const tutti::config::View& view, Model& model);

}  // namespace cell
