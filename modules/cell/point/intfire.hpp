// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "point/model.hpp"
#include "tutti/state.hpp"

namespace cell::point {

/// Time of event-driven neurons: ticks of 1 ps, so that equal instants are equal.
using Ticks = std::int64_t;
constexpr double ticks_per_ms = 1e9;

/// Event-driven neurons of one kind: IntFire1, IntFire2 or IntFire4 of NEURON. They are told what
/// arrives, instant by instant, and say when they fire.
///
/// All that arrives at one instant counts as one input before the threshold is tested: what comes
/// first in a file decides nothing.
class EventNeurons {
 public:
  virtual ~EventNeurons() = default;
  /// Lets time pass for a neuron up to and including `until`; appends when it fires on its own.
  virtual void advance(std::size_t neuron, Ticks until, std::vector<Ticks>& fired) = 0;
  /// What arrives at the instant the neuron was advanced to: the sums of its positive and of its
  /// negative weights.
  virtual void receive(std::size_t neuron, double excitation, double inhibition,
                       std::vector<Ticks>& fired) = 0;
  /// All that the future of a neuron hangs on, beside its parameters and what arrives.
  virtual void visit(tutti::Fields& fields, std::size_t neuron) = 0;
};

/// Makes `count` neurons at rest at time 0. `model` must have Drive::events.
std::unique_ptr<EventNeurons> make_event_neurons(const Model& model, const Values& values,
                                                 std::size_t count);

}  // namespace cell::point
