// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/population.hpp"
#include "morphology/cable.hpp"
#include "morphology/morphology.hpp"
#include "point/network.hpp"
#include "rules/rule.hpp"
#include "tutti/config/node.hpp"
#include "tutti/config/schema.hpp"
#include "tutti/time.hpp"

/// What the user's model says, as plain values in the units named.
namespace cell {

/// A kind of cell: its discretised type and what its table shows, or a kind of point neuron.
struct CellModel {
  std::string name;
  Morphology morphology;
  engine::CellType type;
  double threshold_mV = -20;
  const point::Model* point = nullptr;  ///< None for a cable cell.
  point::Values values{};               ///< Of the point neuron's parameters.
  /// Parameters that are drawn for each cell, by place in point::Model::parameters.
  std::vector<std::pair<int, point::Distribution>> drawn{};
};

struct PopulationModel {
  std::string name;
  std::size_t cell = 0;                 ///< Index into Model::cells.
  std::uint64_t first = 0, number = 0;  ///< gid of its first cell; how many.
  /// Boxes to place somata in: low and high corner [um].
  Point low, high;
  /// Of point neurons: what states start from, by place in point::Model::states.
  std::vector<std::pair<std::size_t, point::Distribution>> initial{};
};

struct SynapseModel {
  std::string name;
  engine::SynapseKind kind = engine::SynapseKind::exp;
  double tau1_ms = 0, tau2_ms = 0, e_mV = 0;
};

/// One rule of connections, within the network or from an input port.
struct Projection {
  std::string name;                 ///< What its random numbers hang on.
  std::optional<std::size_t> from;  ///< Population, or none where it is a port.
  std::size_t to = 0;
  rules::Rule rule;
  std::size_t synapse = 0;
  double weight_uS = 0;
  tutti::Duration delay{};
  std::vector<int> regions;                      ///< SWC types of the segments that take synapses.
  point::Distribution weight{}, delay_ms{};      ///< Onto point neurons.
  std::size_t receptor = 0;                      ///< Likewise.
  std::optional<point::ShortTerm> short_term{};  ///< Likewise, those with a clock.
};

struct ClampModel {
  std::size_t population = 0;
  std::vector<std::uint64_t> cells;  ///< Node numbers.
  double delay_ms = 0, duration_ms = 0, amplitude_nA = 0;
};

struct Model {
  tutti::Duration dt{};
  engine::Scheme scheme = engine::Scheme::backward_euler;
  std::vector<CellModel> cells;
  std::vector<PopulationModel> populations;
  std::vector<SynapseModel> synapses;
  std::vector<std::pair<std::string, Projection>> inputs;  ///< By port.
  std::vector<Projection> connections;
  std::vector<ClampModel> clamps;
  std::vector<point::DriveSpec> drives;
  std::uint64_t threads = 1;  ///< Of the point neurons of a rank.

  std::uint64_t cell_count() const;
  const PopulationModel& population_of(std::uint64_t gid) const;
  bool is_point(std::size_t population) const {
    return cells[populations[population].cell].point != nullptr;
  }
  bool is_event(std::size_t population) const {
    return is_point(population) &&
           cells[populations[population].cell].point->drive == point::Drive::events;
  }
  const CellModel& cell_of(std::uint64_t gid) const { return cells[population_of(gid).cell]; }
};

/// Parameters of all point neurons of a population; what is drawn hangs on (seed, names, node).
point::Values values_of(const Model& model, const PopulationModel& p, std::uint64_t seed);

/// The keys of the model.
const tutti::config::Table& model_schema();

/// Reads, loads morphologies and discretises. Throws config::Refused with everything that is wrong.
/// `step` is the module's, of which dt must be a part (a zero step is not checked).
Model read_model(const tutti::config::Node& node, tutti::Duration step);

}  // namespace cell
