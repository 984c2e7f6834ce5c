// SPDX-License-Identifier: MIT
#pragma once
#include "tutti/config/schema.hpp"

/// The keys of parts of the model (schema_network.cpp, schema_electrodes.cpp); the whole is
/// model_schema().
namespace cell {

tutti::config::Table space_table();
tutti::config::Table population_table();
tutti::config::Table input_table();
tutti::config::Table connection_table();
tutti::config::Table current_table();
tutti::config::Table receptor_table();
tutti::config::Table clamp_table();
tutti::config::Table voltage_clamp_table();
tutti::config::Table gap_table();

}  // namespace cell
