// SPDX-License-Identifier: MIT
#pragma once
#include <memory>
#include <span>
#include <vector>

#include "engine/block_model.hpp"
#include "engine/kernel.hpp"
#include "engine/population.hpp"
#include "tutti/state.hpp"

namespace cell::engine {

/// One cell with a step of its own: CVODE's backward differentiation formulas (Hindmarsh et al.
/// 2005, ACM Trans Math Softw 31:363) with the tree's elimination as their linear solver. What
/// jumps, synapses and clamps, jumps at its exact time, and thresholds are found as roots.
class AdaptiveCell {
 public:
  /// Threshold watched at a node. Throws tutti::Error for a mechanism that only knows how
  /// to make steps of its own.
  AdaptiveCell(const BlockModel& model, const Kernel& kernel, double threshold_mV, int node);
  ~AdaptiveCell();
  AdaptiveCell(AdaptiveCell&&) noexcept;

  /// The number of a synapse at a node.
  int add_synapse(const Synapse& synapse, int node);
  void add_clamp(const Clamp& clamp, int node);
  /// At rest, at time 0. `tolerance_mV` is the error that a step may add to v; gates may be off by
  /// a hundredth of that number, concentrations by a millionth of it in mM.
  void initialise(double tolerance_mV);

  /// Requires t_ms not to be before the end of the last advance.
  void deliver(double t_ms, int synapse, double weight_uS);
  /// On to `until_ms`; appends the instants at which v rose through the threshold. Throws
  /// tutti::Error where no step is short enough.
  void advance(double until_ms, std::vector<double>& crossings);

  /// As Population::read; what ions carry is that of the instant.
  void read(Quantity what, std::span<double> values) const;
  void read_state(int mechanism, int state, std::span<double> values) const;
  void read_current(int mechanism, std::span<double> values) const;
  /// What clamps put in at this instant. [nA]
  double electrode_current() const;
  /// Steps that were made since CVODE last began.
  long steps() const;

  /// What a checkpoint holds. CVODE does not tell how it got where it is: its last beginning is
  /// saved, and the way from there on, which go_again() goes once more, to the same bytes.
  /// `order`: the numbers of the synapses in an order that is the same on any rank.
  void visit(tutti::Fields& fields, std::span<const int> order);
  /// After visit() has read.
  void go_again();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cell::engine
