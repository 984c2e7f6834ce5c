// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "network/atlas.hpp"
#include "tutti/config/node.hpp"

namespace cell {

/// Writes the network as it is built as a SONATA circuit with a simulation of a second:
/// `simulation_config.json`, `circuit_config.json`, a file of nodes for each population with
/// positions and what differs between cells, one of edges for each projection and source population
/// with weights, delays and, onto cable cells, places. Kinds of cells are templates `tutti:FILE`,
/// which tutti-cell reads back. `tree` is what the atlas's model was read from. Returns what has no
/// place in a circuit and is left out. Throws Error{io} where a file cannot be written.
std::vector<std::string> save_sonata(const Atlas& atlas, const tutti::config::Node& tree,
                                     const std::filesystem::path& folder);

}  // namespace cell
