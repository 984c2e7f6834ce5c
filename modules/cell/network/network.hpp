// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "network/atlas.hpp"
#include "network/changing_synapses.hpp"
#include "tutti/element_table.hpp"
#include "tutti/random.hpp"

namespace cell {

/// The cable cells of one rank with their synapses: those whose gid leaves `rank` when divided by
/// `ranks`.
class Network {
 public:
  /// The cells, without connections. Borrows the atlas.
  Network(const Atlas& atlas, int rank, int ranks);
  /// Makes the connections inside the network.
  void connect();

  /// Of its cable cells.
  const std::vector<std::uint64_t>& gids() const { return gids_; }
  std::uint64_t synapses() const { return contacts_; }
  engine::Population& cells() { return cells_; }
  const Model& model() const { return *model_; }

  /// Neurons of this rank, point neurons too.
  tutti::ElementTable neuron_table() const;
  /// Segments of this rank; element numbers follow the gids, whatever the number of ranks.
  tutti::ElementTable segment_table() const;
  /// The first segment's element number of each cell of the module, and one past the last.
  const std::vector<std::uint64_t>& first_segment() const { return first_segment_; }
  std::size_t segment_count() const { return segment_count_; }
  /// The clamps of this rank that one of Model::clamps makes: cells, ascending, and numbers for
  /// Population::set_clamp().
  const std::vector<std::pair<std::uint32_t, std::size_t>>& clamps(std::size_t place) const {
    return clamps_[place];
  }

  /// Joins an input port, whose elements are `sources` in ascending order, as the atlas was told.
  void connect_input(std::size_t input, const tutti::Elements& sources);
  /// Makes gap junctions, whose voltages cross between ranks at every step through `gather`: every
  /// rank gives bytes and gets everybody's, by rank.
  using Gather = std::function<std::vector<std::vector<std::byte>>(std::span<const std::byte>)>;
  void connect_gaps(const Gather& gather);
  /// A spike that arrives at an input port.
  void deliver_input(std::size_t input, std::uint64_t element, tutti::Time arrival);
  /// A spike of the network itself, of any rank.
  void deliver(std::uint64_t gid, tutti::Time fired);
  /// Cells of this rank onto which plastic connections lead.
  const tutti::Elements& plastic() const { return plastic_; }
  /// Mean relative weight of their plastic synapses, from 0 at w_min to 1 at w_max.
  std::vector<double> plastic_means() const;
  /// The reward from `t` on.
  void reward(tutti::Time t, double value);

  /// Firings of this rank up to `until`, by (time, gid). Writes membrane currents at `until` as
  /// Population::advance() does.
  struct Fired {
    std::uint64_t gid;
    tutti::Time time;
  };
  std::span<const Fired> advance(tutti::Time until, std::span<float* const> membranes = {});
  /// Saves all of it, or finds it again at `now`, after initialise() of cells().
  void visit(tutti::State& state, tutti::Time now);

  /// One value per segment of this rank, ascending.
  std::span<const double> read(engine::Quantity what);
  /// A concentration at a segment of this rank from now on. [mM]
  void set_concentration(engine::Ion ion, engine::Side side, std::uint64_t segment, double mM);
  /// A current into a segment of this rank from now on, in place of what was there.
  void inject(std::uint64_t segment, double nA);
  /// The potential outside from now on: one value per segment of `whole`, which has all segments of
  /// each of its cells.
  void set_v_ext(const tutti::Elements& whole, std::span<const double> v_ext_mV);

 private:
  struct Target {
    std::uint32_t synapse;
    double weight_uS;
    tutti::Duration delay;
  };
  /// What leads away from sources: cells of the network, or elements of an input port.
  struct Fan {
    std::unordered_map<std::uint64_t, std::vector<Target>> fixed;  // by source; looked up only
    std::vector<ChangingSynapses> changing;
  };

  void make_cells();
  void add_clamps();
  void make_electrodes();
  void step_with_electrodes(std::span<float* const> membranes);
  void connect(const Projection& projection, Fan& fan);
  void find_plastic();
  void deliver(Fan& fan, std::uint64_t source, tutti::Time t);
  void deliver(std::uint32_t synapse, tutti::Time at, double weight_uS);
  template <typename F>
  void for_each_changing(F&& f);
  void settle();
  void note_firings();
  std::int64_t step_of(tutti::Time t) const;
  /// A segment of this rank by its element number.
  struct Place {
    std::uint32_t cell;
    int segment;
  };
  Place place_of(std::uint64_t segment) const;

  const Atlas* atlas_;
  const Model* model_;
  int rank_, ranks_;
  engine::Population cells_;
  std::vector<std::uint64_t> neurons_;  // of this rank, point neurons too
  std::vector<std::uint64_t> gids_;     // of its cable cells
  std::vector<std::uint64_t> first_segment_;
  std::size_t segment_count_ = 0;
  std::uint64_t contacts_ = 0;
  Fan internal_;
  std::vector<Fan> inputs_;
  tutti::Elements plastic_;
  point::Rewards rewards_;
  std::int64_t settled_ = 0;  // [steps]
  std::vector<tutti::Elements> input_elements_;
  std::vector<std::vector<std::pair<std::uint32_t, std::size_t>>> clamps_;
  std::vector<point::Injection> electrodes_;  // into somata, by cell
  std::vector<double> from_port_;  // [cell] into its soma [nA]; only where there are electrodes
  std::vector<engine::Firing> firings_;
  std::vector<Fired> fired_;
  std::vector<double> values_;
};

}  // namespace cell
