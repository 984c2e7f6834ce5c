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
#include "tutti/config/node.hpp"
#include "tutti/config/schema.hpp"
#include "tutti/time.hpp"

/// What the user's model says, as plain values in the units named.
namespace cell {

/// A kind of cell: its discretised type and what its table shows.
struct CellModel {
  std::string name;
  Morphology morphology;
  engine::CellType type;
  double threshold_mV = -20;
};

struct PopulationModel {
  std::string name;
  std::size_t cell = 0;                 ///< Index into Model::cells.
  std::uint64_t first = 0, number = 0;  ///< gid of its first cell; how many.
  /// Boxes to place somata in: low and high corner [um].
  Point low, high;
};

struct SynapseModel {
  std::string name;
  engine::SynapseKind kind = engine::SynapseKind::exp;
  double tau1_ms = 0, tau2_ms = 0, e_mV = 0;
};

/// Which pairs are joined.
struct Rule {
  enum class Kind { all_to_all, probability, fixed_indegree, list };
  Kind kind = Kind::all_to_all;
  double probability = 1;
  std::uint64_t indegree = 0;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> pairs;  ///< (source, target), node numbers.
};

/// One rule of connections, within the network or from an input port.
struct Projection {
  std::string name;                 ///< What its random numbers hang on.
  std::optional<std::size_t> from;  ///< Population, or none where it is a port.
  std::size_t to = 0;
  Rule rule;
  std::size_t synapse = 0;
  double weight_uS = 0;
  tutti::Duration delay{};
  std::vector<int> regions;  ///< SWC types of the segments that take synapses.
  bool allow_self = false;
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

  std::uint64_t cell_count() const;
  const PopulationModel& population_of(std::uint64_t gid) const;
  const CellModel& cell_of(std::uint64_t gid) const { return cells[population_of(gid).cell]; }
};

/// The keys of the model.
const tutti::config::Table& model_schema();

/// Reads, loads morphologies and discretises. Throws config::Refused with everything that is wrong.
/// `step` is the module's, of which dt must be a part (a zero step is not checked).
Model read_model(const tutti::config::Node& node, tutti::Duration step);

}  // namespace cell
