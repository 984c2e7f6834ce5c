// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "app/specification.hpp"
#include "solver/model.hpp"
#include "solver/network.hpp"
#include "tutti/config/view.hpp"

/// Parts of reading a model file; what is wrong is told to the view's problems.
namespace tutti::rxd_app {

/// The selection under `where:`; section names are those of the model's own cells.
::rxd::Selection read_where(const config::View& in, const std::vector<Section>& cell);

/// A text in solver units, its dimension checked where `unit` says one.
std::string expression(const config::View& in, std::string_view key,
                       std::optional<std::string> unit = {});

/// The sections under `cells:`.
std::vector<Section> read_sections(const config::View& in);

/// Regions, species, states, parameters, reactions, rates and boundaries.
::rxd::Model read_model(const config::View& in, const std::vector<Section>& cell);

/// What `voxels:` says.
VoxelGrid read_grid(const config::View& in);
/// Refuses geometries that have no meaning on this grid.
void check_geometries(const config::View& in, const VoxelGrid& grid);

/// Marks the parameters that inputs drive and adds what outputs select: part of the model.
void read_port_needs(const config::View& in, const std::vector<Section>& cell, ::rxd::Model& to);

/// Inputs and outputs, checked against the network.
void read_ports(const config::View& in, const ::rxd::Network& network, Specification& to);

}  // namespace tutti::rxd_app
