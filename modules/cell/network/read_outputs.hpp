// SPDX-License-Identifier: MIT
#pragma once
#include "network/model.hpp"
#include "tutti/config/view.hpp"

namespace cell {

/// The keys of one of `outputs`.
tutti::config::Table output_schema();

/// Reads `outputs:`; after the populations.
void read_outputs(const tutti::config::View& view, Model& model);

}  // namespace cell
