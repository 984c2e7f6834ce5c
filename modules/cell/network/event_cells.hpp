// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "network/atlas.hpp"
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
  /// Firings up to `until`, by (time, gid).
  std::span<const point::TimedSpike> advance(tutti::Time until);
  /// Saves all of it, or finds it again.
  void visit(tutti::State& state);

 private:
  struct Synapse {
    std::uint32_t neuron;
    double weight;
    point::Ticks delay;
  };
  using Fan = std::map<std::uint64_t, std::vector<Synapse>>;  // by source
  struct Train {                                              // of one drive onto one neuron
    std::size_t drive;                                        // by number
    std::uint64_t gid;
    std::uint32_t neuron;
    double weight, mean_ms, next_ms, stop_ms;
    tutti::Random random;
    std::uint64_t draws;
  };
  void connect(const Projection& p, Fan& fan);
  void add_drive(std::size_t number, const point::DriveSpec& drive);
  void deliver(const Fan& fan, std::uint64_t source, tutti::Time t);

  const Atlas* atlas_;
  const Model* model_;
  point::EventNetwork network_;
  std::vector<std::vector<std::uint64_t>> nodes_;  // of each population on this rank, ascending
  std::vector<std::size_t> first_;                 // place of the first of them
  Fan internal_;
  std::vector<Fan> inputs_;
  std::vector<tutti::Elements> input_elements_;
  std::vector<Train> trains_;
};

}  // namespace cell
