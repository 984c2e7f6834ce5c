// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "network/atlas.hpp"
#include "network/changing_synapses.hpp"
#include "point/event_network.hpp"
#include "tutti/elements.hpp"
#include "tutti/random.hpp"

namespace cell {

/// The event-driven neurons of one rank of a model, with their connections, inputs and drives.
/// Nothing here is rounded to dt: spikes come and go at any tick.
class EventCells {
 public:
  /// The cells, shared out as those of Network, without connections. Borrows the atlas.
  EventCells(const Atlas& atlas, int rank, int ranks);
  /// Makes the connections inside the network, and drives.
  void connect();

  bool empty() const { return network_.count() == 0; }
  /// Joins an input port, whose elements are `sources` in ascending order.
  void connect_input(std::size_t input, const tutti::Elements& sources);
  /// A spike that arrives at an input port.
  void deliver_input(std::size_t input, std::uint64_t element, tutti::Time arrival);
  /// A spike of a cell of any rank.
  void deliver(std::uint64_t gid, tutti::Time fired);
  /// Neurons of this rank onto which plastic connections lead.
  const tutti::Elements& plastic() const { return plastic_; }
  /// Mean relative weight of their plastic synapses, from 0 at w_min to 1 at w_max.
  std::vector<double> plastic_means() const;
  /// The reward from `t` on.
  void reward(tutti::Time t, double value) {
    rewards_.set(static_cast<std::uint64_t>(tutti::ticks(t)), value);
  }
  /// Firings up to `until`, by (time, gid).
  std::span<const point::TimedSpike> advance(tutti::Time until);
  /// Saves all of it, or finds it again at `now`.
  void visit(tutti::State& state, tutti::Time now);

 private:
  struct Synapse {
    std::uint32_t neuron;
    double weight;
    point::Ticks delay;
  };
  /// What leads away from sources: cells of the network, or elements of an input port.
  struct Fan {
    std::map<std::uint64_t, std::vector<Synapse>> fixed;  // by source
    std::vector<ChangingSynapses> changing;
  };
  struct Train {        // of one drive onto one neuron
    std::size_t drive;  // by number
    std::uint64_t gid;
    std::uint32_t neuron;
    double weight, mean_ms, next_ms, stop_ms;
    tutti::Random random;
    std::uint64_t draws;
  };
  void connect(const Projection& p, Fan& fan);
  void add_drive(std::size_t number, const point::DriveSpec& drive);
  void deliver(Fan& fan, std::uint64_t source, tutti::Time t);
  std::size_t neuron_of(std::uint64_t gid) const;
  template <typename F>
  void for_each_changing(F&& f);
  void note_firings(std::span<const point::TimedSpike> fired);
  void settle();

  const Atlas* atlas_;
  const Model* model_;
  point::EventNetwork network_;
  std::vector<std::uint64_t> gids_;                // by place in `network_`
  std::vector<std::vector<std::uint64_t>> nodes_;  // of each population on this rank, ascending
  std::vector<std::size_t> first_;                 // place of the first of them
  Fan internal_;
  std::vector<Fan> inputs_;
  std::vector<tutti::Elements> input_elements_;
  std::vector<Train> trains_;
  tutti::Elements plastic_;
  point::Rewards rewards_;
  tutti::Time now_ = tutti::time_zero, settled_ = tutti::time_zero;
};

}  // namespace cell
