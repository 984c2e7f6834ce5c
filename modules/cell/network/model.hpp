// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/population.hpp"
#include "morphology/cable.hpp"
#include "morphology/morphology.hpp"
#include "network/place.hpp"
#include "network/rotation.hpp"
#include "network/segment_choice.hpp"
#include "network/synapse_map.hpp"
#include "point/network.hpp"
#include "rules/connections.hpp"
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
  const point::Model* point = nullptr;        ///< None for a cable cell.
  std::unique_ptr<const point::Model> own{};  ///< What `point` is, where receptors are the user's.
  point::Values values{};                     ///< Of the point neuron's parameters.
  /// Parameters that are drawn for each cell, by place in point::Model::parameters.
  std::vector<std::pair<int, rules::Quantity>> drawn{};
  /// Those that change with time, About::cell_in_time, likewise.
  std::vector<std::pair<int, rules::Formula>> courses{};
};

/// What formulas may ask of a cell, beside where it is.
struct AttributeModel {
  std::string name;
  rules::Quantity value{};     ///< A word's number is in Words::numbers.
  std::vector<double> each{};  ///< One for each cell, in place of `value`.
};

struct PopulationModel {
  std::string name;
  std::size_t cell = 0;                 ///< Index into Model::cells.
  std::vector<std::size_t> kinds{};     ///< Of each cell where they differ, all with or without
                                        ///< `point` alike; `cell` is that of the first.
  std::uint64_t first = 0, number = 0;  ///< gid of its first cell; how many.
  Placement placement{};
  std::array<rules::Quantity, 3> rotation{};  ///< About x, y and z, as Rotation::of_angles().
  std::vector<Rotation> rotation_each{};      ///< One for each cell, in place of that.
  std::vector<AttributeModel> attributes{};
  /// Of point neurons: what states start from, by place in point::Model::states.
  std::vector<std::pair<std::size_t, rules::Quantity>> initial{};
  std::vector<std::pair<std::size_t, std::vector<double>>> initial_each{};  ///< One for each cell.
};

struct SynapseModel {
  std::string name;
  engine::SynapseKind kind = engine::SynapseKind::exp;
  double tau1_ms = 0, tau2_ms = 0, e_mV = 0;
  double magnesium_mM = 1;
  bool controlled = false;  ///< A port sets its gain.
};

/// engine::Synapse::group of a kind of synapse whose gain a port sets.
constexpr int group_of(std::size_t synapse) { return static_cast<int>(synapse) + 1; }

/// Which places on a cable cell take the synapses of a connection.
struct SpreadModel {
  std::vector<int> regions;                 ///< SWC types; none for all.
  std::vector<std::string> sections{};      ///< Names; none for all.
  std::optional<rules::Formula> density{};  ///< Synapses per area or length, in relation.
  std::optional<SynapseMap> map{};          ///< Likewise; where there are both, their product.
  bool by_length = false;                   ///< Evenly by length, not by membrane area.
  bool even = false;                        ///< At equal shares of the way, not drawn.
  std::uint64_t number = 1;                 ///< Synapses of each connection.
  double from_um = 0, to_um = 1e300;        ///< Path from the soma's middle.
  /// Section and place on it (0 to 1) for each pair of a list, in place of all that.
  std::vector<std::pair<int, double>> listed{};
};

/// Connections onto one population, within the network or from an input port. One entry of the
/// file makes one for each population that it names as a target; they draw from one rule.
struct Projection {
  std::string name;                    ///< What its random numbers hang on.
  tutti::config::Location place{};     ///< Where it was written.
  std::optional<std::size_t> input{};  ///< Port, or none where it is within the network.
  std::vector<std::size_t> from{};     ///< Populations.
  std::size_t to = 0;                  ///< Population.
  std::vector<std::size_t> targets{};  ///< All populations that the entry names, `to` among them.
  std::optional<rules::Formula> from_where{}, to_where{};  ///< About::cell.
  std::optional<rules::Formula> where{}, probability{};    ///< About::pair.
  rules::Rule rule{};
  rules::Quantity weight{};  ///< [uS] onto cable cells, else the point neuron's unit.
  rules::Quantity delay_ms{};
  std::size_t synapse = 0;                        ///< Onto cable cells.
  SpreadModel spread{};                           ///< Likewise.
  std::size_t receptor = 0;                       ///< Onto point neurons.
  std::optional<point::ShortTerm> short_term{};   ///< Likewise, those with a clock.
  std::optional<point::Plasticity> plasticity{};  ///< Likewise.
};

/// Cells of a population by node number.
struct Chosen {
  std::size_t population = 0;
  std::vector<std::uint64_t> cells;
};

struct ClampModel {
  std::string name;  ///< For controls; none where nobody needs one.
  Chosen on;
  double delay_ms = 0, duration_ms = 0, amplitude_nA = 0;
};

struct VoltageClampModel {
  Chosen on;
  double resistance_MOhm = 0.1;
  std::vector<engine::VoltageClamp::Level> levels;
};

/// Gap junctions between somata.
struct GapModel {
  std::string name;                  ///< What its random numbers hang on.
  std::size_t first = 0, other = 0;  ///< Populations.
  std::optional<double> probability;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> list;  ///< Node numbers.
  double conductance_uS = 0;
};

/// Spikes that a model brings along for an input, in place of a port.
struct PlayedModel {
  std::uint64_t sources = 0;
  std::vector<std::pair<tutti::Time, std::uint64_t>> spikes;  ///< When, of which source; ascending.
};

/// A signal of some segments, by the name of its port.
struct OutputModel {
  enum class What { v, i_membrane, i_ca, i_na, i_k, cai, state, current };
  std::string port;
  What what = What::v;
  int mechanism = 0, state = 0;  ///< Numbers, for What::state and What::current.
  SegmentChoice on{};
};

/// A number of the model that a port sets while the run goes on, for some segments.
struct ControlModel {
  enum class What { parameter, gain, amplitude };
  std::string port, unit;
  What what = What::parameter;
  int mechanism = 0, parameter = 0;  ///< Numbers, for What::parameter.
  std::size_t place = 0;             ///< Of the synapse's kind, or of the clamp.
  SegmentChoice on{};
  bool uniform = false;  ///< One value for all of them: the mean of what arrives.
};

/// A current into the somata of some cells of one population.
struct CurrentModel {
  std::string name;
  std::size_t to = 0;                     ///< Population.
  std::optional<rules::Formula> where{};  ///< About::cell.
  point::Current current{};
  std::optional<rules::Formula> formula{};  ///< Of its own kind [nA], About::cell_in_time.
  double tau_ms = 0;  ///< Of noise onto cable cells: correlation time; 0 for point::Current's kind.
};

struct Model {
  tutti::Duration dt{};
  tutti::Duration step{};  ///< The module's: no delay inside the network is shorter.
  rules::Words words;      ///< Of formulas about cells.
  engine::Scheme scheme = engine::Scheme::backward_euler;
  double tolerance_mV = 1e-5;  ///< Of cvode.
  bool exact_spikes = false;   ///< Spikes of cable cells lie off the grid.
  std::vector<CellModel> cells;
  std::vector<PopulationModel> populations;
  std::vector<SynapseModel> synapses;
  std::vector<std::pair<std::string, std::vector<Projection>>> inputs;  ///< By port.
  std::map<std::size_t, PlayedModel> played;  ///< By place in `inputs`; others have a port.
  bool inputs_optional = false;               ///< Ports that nobody feeds stay silent.
  std::vector<Projection> connections;
  std::vector<ClampModel> clamps;
  std::vector<OutputModel> outputs;  ///< Beside those that are always there.
  std::vector<ControlModel> controls;
  std::vector<VoltageClampModel> voltage_clamps;
  std::vector<GapModel> gaps;
  std::vector<point::DriveSpec> drives;
  std::vector<CurrentModel> currents;
  std::uint64_t threads = 1;  ///< Of a rank.

  std::uint64_t cell_count() const;
  const PopulationModel& population_of(std::uint64_t gid) const;
  bool is_point(std::size_t population) const {
    return cells[populations[population].cell].point != nullptr;
  }
  bool is_event(std::size_t population) const {
    return is_point(population) &&
           cells[populations[population].cell].point->drive == point::Drive::events;
  }
  const CellModel& cell_of(std::uint64_t gid) const {
    const auto& p = population_of(gid);
    return cells[p.kinds.empty() ? p.cell : p.kinds[gid - p.first]];
  }
};

/// The keys of the model.
const tutti::config::Table& model_schema();

/// Reads, loads morphologies and discretises. Throws config::Refused with everything that is wrong.
/// `step` is the module's, of which dt must be a part (a zero step is not checked).
Model read_model(const tutti::config::Node& node, tutti::Duration step);

}  // namespace cell
