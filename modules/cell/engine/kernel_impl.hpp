// SPDX-License-Identifier: MIT
#pragma once
#include "engine/elimination.hpp"
#include "engine/membrane.hpp"

/// One step of one block, as a template over the instruction set. The order of events in a step is
/// that of NEURON's fixed-step method (Hines 1984; Hines and Carnevale 1997): events change
/// synapses at T, currents from the states at T, voltage to T + dt, gates at the new voltage. The
/// gates of a step are advanced at the beginning of the next one, in the pass that needs them
/// anyway.
namespace cell::engine {

template <class Isa>
struct KernelOf {
  using S = Vectors<Isa>;
  using V = typename S::real;

  template <class F>
  [[gnu::always_inline]] static void each_piece(F&& f) {
    for (int piece = 0; piece < S::pieces; ++piece) f(static_cast<std::size_t>(piece * S::width));
  }
  static std::size_t at(int row) { return static_cast<std::size_t>(row) * lanes; }

  /// What flows into each node beside membrane and cable: ports, and gradients outside the cell.
  static void drive(const TypeTables& t, const BlockState& b) {
    for (int i = 0; i < t.nodes; ++i)
      each_piece([&](std::size_t o) {
        const std::size_t k = at(i) + o;
        store(b.rhs + k, load<V>(b.rhs + k) + load<V>(b.drive + k));
      });
  }

  static void membrane(const TypeTables& t, const BlockState& b, int mechanism,
                       const double* constants, Work work) {
    const auto& table = t.mechanisms[mechanism];
    const auto& state = b.mechanisms[mechanism];
    if (table.per_lane)
      Membrane<Isa, true>::run({t, b, table, state, constants, work});
    else
      Membrane<Isa, false>::run({t, b, table, state, constants, work});
  }
  static void gates(const TypeTables& t, const BlockState& b, int mechanism,
                    const double* constants) {
    membrane(t, b, mechanism, constants, {true, true, false});
  }

  static void currents(const TypeTables& t, const BlockState& b, int mechanism) {
    const auto& m = t.mechanisms[mechanism];
    for (int k = 0; k < m.count; ++k)
      each_piece([&](std::size_t o) {
        store(b.d + at(m.node[k]) + o, splat<V>(0));
        store(b.rhs + at(m.node[k]) + o, splat<V>(0));
      });
    membrane(t, b, mechanism, m.constants, {false, false, true});
  }

  /// Decay, then the events of this step, then currents. What has decayed below 1e-162 is nothing:
  /// subnormal numbers would only be slow.
  static void synapses(const BlockState& b, const StepInput& in) {
    auto alive = [](V x) { return select(x * x > 0.0, x, V{}); };
    if (in.gates_first)
      for (int s = 0; s < b.slot_count; ++s)
        each_piece([&](std::size_t o) {
          const auto& slot = b.slots[s];
          double *rising = b.rising + at(s) + o, *falling = b.falling + at(s) + o;
          const V r = load<V>(rising);
          store(falling, alive((load<V>(falling) + r * slot.couple) * slot.decay2));
          store(rising, alive(r * slot.decay1));
        });
    for (std::size_t e = 0; e < in.event_count; ++e) {
      const Event& event = in.events[e];
      const std::size_t k = at(static_cast<int>(event.slot)) + event.lane;
      b.rising[k] += b.slots[event.slot].rise * event.weight_uS;
      b.falling[k] += b.slots[event.slot].fall * event.weight_uS;
    }
    for (int s = 0; s < b.slot_count; ++s)
      each_piece([&](std::size_t o) {
        const auto& slot = b.slots[s];
        const std::size_t n = at(slot.node) + o;
        V g = load<V>(b.falling + at(s) + o);
        if (slot.difference) g = g - load<V>(b.rising + at(s) + o);
        if (b.gain != nullptr) g = g * load<V>(b.gain + at(s) + o);
        if (slot.magnesium > 0) return blocked(b, slot, n, g);
        store(b.d + n, load<V>(b.d + n) + g);
        store(b.rhs + n, load<V>(b.rhs + n) + g * slot.e_mV);
      });
  }

  /// Magnesium leaves a share 1/(1 + m e^(-0.062 v)) of NMDA channels open (Jahr and Stevens 1990,
  /// J Neurosci 10:3178), at once; so its slope belongs to the conductance.
  static void blocked(const BlockState& b, const SynapseSlot& slot, std::size_t n, V g) {
    constexpr double per_mV = 0.062;
    const V v = load<V>(b.v + n), drive = v - slot.e_mV;
    const V open = 1.0 / (1.0 + slot.magnesium * exp<S>(v * -per_mV));
    const V i = g * open * drive;
    const V slope = g * open * (1.0 + per_mV * (1.0 - open) * drive);
    store(b.d + n, load<V>(b.d + n) + slope);
    store(b.rhs + n, load<V>(b.rhs + n) + (slope * v - i));
  }

  static void begin(const TypeTables& t, const BlockState& b) {
    t.per_lane ? Elimination<Isa, true>::begin(t, b) : Elimination<Isa, false>::begin(t, b);
  }

  /// Everything that the equations of a step are made of.
  static void assemble(const TypeTables& t, const BlockState& b, const StepInput& in) {
    if (b.drive != nullptr) drive(t, b);
    for (int m = 0; m < t.mechanism_count; ++m)
      membrane(t, b, m, t.mechanisms[m].constants, {in.concentrations_first, in.gates_first, true});
    synapses(b, in);
    for (std::size_t k = 0; k < in.injection_count; ++k) {
      const auto& injection = in.injections[k];
      const std::size_t n = at(injection.node) + static_cast<std::size_t>(injection.lane);
      b.rhs[n] += injection.nA;
      b.d[n] += injection.uS;
    }
  }

  static void step(const StepTask* tasks, int count) {
    for (int j = 0; j < count; ++j) assemble(*tasks[j].type, *tasks[j].state, tasks[j].input);
    const bool per_lane = tasks[0].type->per_lane;
    if (count == 2 && tasks[1].type->per_lane == per_lane) {
      per_lane ? Elimination<Isa, true>::template solve<2>(tasks)
               : Elimination<Isa, false>::template solve<2>(tasks);
      return;
    }
    for (int j = 0; j < count; ++j)
      tasks[j].type->per_lane ? Elimination<Isa, true>::template solve<1>(tasks + j)
                              : Elimination<Isa, false>::template solve<1>(tasks + j);
  }

  static void exponential(const double* x, double* y, std::size_t count) {
    for (std::size_t k = 0; k + S::width <= count; k += S::width)
      store(y + k, exp<S>(load<V>(x + k)));
  }
};

}  // namespace cell::engine
