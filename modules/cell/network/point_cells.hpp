// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "network/atlas.hpp"
#include "tutti/elements.hpp"

namespace cell {

/// The point neurons of one rank of a model that share a clock: populations, connections, inputs
/// and drives as the model says them, on the solver of point/.
class PointCells {
 public:
  /// The cells, shared out as those of Network, without connections. Borrows the atlas.
  PointCells(const Atlas& atlas, int rank, int ranks);
  /// Makes the connections inside the network, drives and currents.
  void connect();

  /// Whether the model has none.
  bool empty() const { return !network_; }
  /// Joins an input port, whose elements are `sources` in ascending order.
  void connect_input(std::size_t input, const tutti::Elements& sources);
  /// After all inputs.
  void start();

  /// A spike that arrives at an input port, in order of arrival. It acts at the first multiple of
  /// dt that is not before its arrival and delay.
  void deliver_input(std::size_t input, std::uint64_t element, tutti::Time arrival);
  /// Neurons of this rank onto which plastic connections lead.
  const tutti::Elements& plastic() const { return plastic_; }
  /// Mean relative weight of their plastic synapses, from 0 at w_min to 1 at w_max.
  std::vector<double> plastic_means() const { return network_->plastic_means(plastic_); }
  /// The reward from `t` on.
  void reward(tutti::Time t, double value);
  /// Spikes of cells of any rank, sorted.
  void deliver(std::span<const point::Spike> spikes);
  /// Firings up to `until`, by (instant, gid).
  std::span<const point::Spike> advance(tutti::Time until);
  /// Saves all of it, or finds it again at `now`. After start().
  void visit(tutti::State& state, tutti::Time now);

  const point::Network& network() const { return *network_; }

 private:
  point::ProjectionSpec spec(const Projection& p) const;

  const Atlas* atlas_;
  const Model* model_;
  std::uint64_t window_;  // the module's step, in steps of dt
  tutti::Elements plastic_;
  std::vector<std::size_t> place_;  // of a population among those of point neurons
  std::optional<point::Network> network_;
  std::vector<tutti::Elements> input_elements_;
  std::vector<std::vector<point::Spike>> arrived_;  // [input]
};

}  // namespace cell
