// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>

#include "network/atlas.hpp"

namespace cell {

/// Writes the network as it is built as a SONATA circuit: `circuit_config.json`, a file of nodes
/// for each population with positions, one of edges for each projection and source population with
/// weights, delays and, onto cable cells, places; and the parameters of point neurons as JSON.
/// Throws Error{io} where a file cannot be written.
void save_sonata(const Atlas& atlas, const std::filesystem::path& folder);

}  // namespace cell
