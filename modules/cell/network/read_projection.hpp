// SPDX-License-Identifier: MIT
#pragma once
#include "network/model.hpp"
#include "tutti/config/view.hpp"

namespace cell {

/// `inputs:` and `connections:`; after cells, populations and synapses. `step` is the module's,
/// below which no delay inside the network may be.
void read_connections(const tutti::config::View& view, Model& model, tutti::Duration step);

/// `currents:`; after populations.
void read_currents(const tutti::config::View& view, Model& model);

}  // namespace cell
