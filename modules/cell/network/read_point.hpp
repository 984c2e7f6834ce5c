// SPDX-License-Identifier: MIT
#pragma once
#include <string>

#include "network/model.hpp"
#include "tutti/config/view.hpp"

/// Reading what a model says of point neurons and of rules. Problems go where the view collects
/// them.
namespace cell {

/// `model:` and `parameters:` of a kind of cell.
void read_point_cell(const tutti::config::View& view, const rules::Words& words, CellModel& cell);

/// `initial:` of a population.
void read_initial(const tutti::config::View& view, const point::Model& kind,
                  const rules::Words& words, PopulationModel& p);

/// Weight, receptor and plasticity of a connection onto point neurons.
void read_point_synapse(const tutti::config::View& view, const point::Model& kind,
                        const rules::Words& words, Projection& p);

/// `drives:`
void read_drives(const tutti::config::View& view, Model& model);

}  // namespace cell
