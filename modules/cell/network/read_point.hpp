// SPDX-License-Identifier: MIT
#pragma once
#include <string>

#include "network/model.hpp"
#include "tutti/config/view.hpp"

/// Reading what a model says of point neurons and of rules. Problems go where the view collects
/// them.
namespace cell {

/// `model:` and `parameters:` of a kind of cell.
void read_point_cell(const tutti::config::View& view, CellModel& cell);

/// `initial:` of a population.
void read_initial(const tutti::config::View& view, const point::Model& kind, PopulationModel& p);

/// `rule:`
rules::Rule read_rule(const tutti::config::View& view);

/// Weight, delay and receptor of a connection onto point neurons.
void read_point_synapse(const tutti::config::View& view, const point::Model& kind, Projection& p);

/// `drives:`
void read_drives(const tutti::config::View& view, Model& model);

/// A value that is the same for all, in `unit`: where nothing can be drawn.
double constant(const tutti::config::View& view, const char* key, const std::string& unit);

}  // namespace cell
