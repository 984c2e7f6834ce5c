// SPDX-License-Identifier: MIT
#pragma once
#include <cmath>
#include <utility>

#include "engine/kernel.hpp"
#include "engine/mechanisms/all.hpp"

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

  /// Calls f(offset) for each piece of the lanes.
  template <class F>
  [[gnu::always_inline]] static void each_piece(F&& f) {
    for (int piece = 0; piece < S::pieces; ++piece) f(piece * S::width);
  }
  static std::size_t at(int row) { return static_cast<std::size_t>(row) * lanes; }

  /// Rows without mechanisms: (C/dt + axial + leak) v' - axial neighbours = C/dt v + leak·E.
  static void begin_rows(const TypeTables& t, const BlockState& b) {
    for (int i = 0; i < t.nodes; ++i)
      each_piece([&](int o) {
        const std::size_t k = at(i) + static_cast<std::size_t>(o);
        store(b.d + k, splat<V>(t.diagonal[i]));
        store(b.rhs + k, load<V>(b.v + k) * t.capacity[i] + t.leak[i]);
      });
    for (int c = 0; c < t.calcium_count; ++c)
      each_piece([&](int o) {
        store(b.g_ca + at(t.calcium_nodes[c]) + static_cast<std::size_t>(o), splat<V>(0));
      });
  }

  /// What flows into each node beside membrane and cable: ports, and gradients outside the cell.
  static void drive(const TypeTables& t, const BlockState& b) {
    for (int i = 0; i < t.nodes; ++i)
      each_piece([&](int o) {
        const std::size_t k = at(i) + static_cast<std::size_t>(o);
        store(b.rhs + k, load<V>(b.rhs + k) + load<V>(b.drive + k));
      });
  }

  template <class M>
  [[gnu::always_inline]] static V read_for(const BlockState& b, std::size_t node_at) {
    if constexpr (M::reads == Reads::eca)
      return load<V>(b.eca + node_at);
    else if constexpr (M::reads == Reads::cai)
      return load<V>(b.cai + node_at);
    else
      return V{};
  }

  /// One step of the concentrations that a mechanism owns, and of what follows from them.
  template <class M>
  static void concentration_pass(const TypeTables& t, const MechanismTable& m, const BlockState& b,
                                 const double* constants) {
    for (int k = 0; k < m.count; ++k)
      each_piece([&](int o) {
        const std::size_t n = at(m.node[k]) + static_cast<std::size_t>(o);
        const V i_ca = load<V>(b.i_ca + n) * t.per_area[m.node[k]];
        const V cai = M::template next<S>(load<V>(b.cai + n), i_ca,
                                          m.parameters + k * m.parameter_count, constants);
        store(b.cai + n, cai);
        store(b.eca + n, t.nernst_mV * log<S>(t.cao_mM / cai));
      });
  }

  template <class M>
  static void mechanism_pass(const MechanismTable& t, const MechanismState& m, const BlockState& b,
                             const double* constants, bool advance, bool currents) {
    for (int k = 0; k < t.count; ++k) {
      const double* p = t.parameters + k * t.parameter_count;
      each_piece([&](int o) {
        const std::size_t n = at(t.node[k]) + static_cast<std::size_t>(o);
        double* state = m.x + at(k * M::states) + o;
        V x[M::states > 0 ? M::states : 1];
        for (int s = 0; s < M::states; ++s) x[s] = load<V>(state + s * lanes);
        const V v = load<V>(b.v + n), read = read_for<M>(b, n);
        if (advance) {
          M::template advance<S>(v, read, x, constants);
          for (int s = 0; s < M::states; ++s) store(state + s * lanes, x[s]);
        }
        if (!currents) return;
        const auto i = M::template current<S>(v, read, x, p, constants);
        store(b.d + n, load<V>(b.d + n) + i.g);
        store(b.rhs + n, load<V>(b.rhs + n) + i.gE);
        if constexpr (M::reads == Reads::eca) store(b.g_ca + n, load<V>(b.g_ca + n) + i.g);
      });
    }
  }

  template <class M>
  static void pass(const TypeTables& t, const MechanismTable& m, const MechanismState& state,
                   const BlockState& b, const double* constants, bool concentrations, bool advance,
                   bool currents) {
    if constexpr (M::reads == Reads::i_ca) {
      if (concentrations) concentration_pass<M>(t, m, b, constants);
    } else {
      mechanism_pass<M>(m, state, b, constants, advance, currents);
    }
  }

  /// The mechanism with number m.kind, found at compile time.
  template <std::size_t... I>
  static void dispatch(std::index_sequence<I...>, const TypeTables& t, const MechanismTable& m,
                       const MechanismState& state, const BlockState& b, const double* constants,
                       bool concentrations, bool advance, bool currents) {
    ((m.kind == static_cast<int>(I)
          ? pass<std::tuple_element_t<I, Mechanisms>>(t, m, state, b, constants, concentrations,
                                                      advance, currents)
          : void()),
     ...);
  }
  static constexpr auto all = std::make_index_sequence<std::tuple_size_v<Mechanisms>>{};

  static void gates(const TypeTables& t, const BlockState& b, int mechanism,
                    const double* constants) {
    dispatch(all, t, t.mechanisms[mechanism], b.mechanisms[mechanism], b, constants, true, true,
             false);
  }

  /// Decay, then the events of this step, then currents. What has decayed below 1e-162 is nothing:
  /// subnormal numbers would only be slow.
  static void synapses(const BlockState& b, const StepInput& in) {
    auto fade = [](double* g, double decay) {
      const V x = load<V>(g) * decay;
      store(g, x * x > 0.0 ? x : V{});
    };
    if (in.gates_first)
      for (int s = 0; s < b.slot_count; ++s)
        each_piece([&](int o) {
          fade(b.rising + at(s) + o, b.slots[s].decay1);
          fade(b.falling + at(s) + o, b.slots[s].decay2);
        });
    for (std::size_t e = 0; e < in.event_count; ++e) {
      const Event& event = in.events[e];
      const std::size_t k = at(static_cast<int>(event.slot)) + event.lane;
      b.rising[k] += b.slots[event.slot].rise * event.weight_uS;
      b.falling[k] += b.slots[event.slot].fall * event.weight_uS;
    }
    for (int s = 0; s < b.slot_count; ++s)
      each_piece([&](int o) {
        const std::size_t n = at(b.slots[s].node) + static_cast<std::size_t>(o);
        const V g = load<V>(b.falling + at(s) + o) - load<V>(b.rising + at(s) + o);
        store(b.d + n, load<V>(b.d + n) + g);
        store(b.rhs + n, load<V>(b.rhs + n) + g * b.slots[s].e_mV);
      });
  }

  /// Gauss elimination on a tree (Hines 1984), leaves to root and back; eight cells at a time.
  static void solve(const TypeTables& t, const BlockState& b) {
    for (int i = t.nodes - 1; i > 0; --i)
      each_piece([&](int o) {
        const std::size_t k = at(i) + static_cast<std::size_t>(o);
        const std::size_t p = at(t.parent[i]) + static_cast<std::size_t>(o);
        const V inverse = 1.0 / load<V>(b.d + k);
        const V f = t.axial[i] * inverse;
        store(b.d + k, inverse);
        store(b.d + p, load<V>(b.d + p) - f * t.axial[i]);
        store(b.rhs + p, load<V>(b.rhs + p) + f * load<V>(b.rhs + k));
      });
    each_piece([&](int o) { store(b.rhs + o, load<V>(b.rhs + o) / load<V>(b.d + o)); });
    for (int i = 1; i < t.nodes; ++i)
      each_piece([&](int o) {
        const std::size_t k = at(i) + static_cast<std::size_t>(o);
        const V above = load<V>(b.rhs + at(t.parent[i]) + static_cast<std::size_t>(o));
        store(b.rhs + k, (load<V>(b.rhs + k) + t.axial[i] * above) * load<V>(b.d + k));
      });
  }

  /// The calcium that the step moved is that of the voltage the step was solved for; what advances
  /// concentrations is the current before it, as in NEURON.
  static void finish(const TypeTables& t, const BlockState& b) {
    for (int c = 0; c < t.calcium_count; ++c)
      each_piece([&](int o) {
        const std::size_t k = at(t.calcium_nodes[c]) + static_cast<std::size_t>(o);
        const V g = load<V>(b.g_ca + k), eca = load<V>(b.eca + k);
        store(b.i_ca_sum + k, load<V>(b.i_ca_sum + k) + g * (load<V>(b.rhs + k) - eca));
        store(b.i_ca + k, g * (load<V>(b.v + k) - eca));
      });
    for (int i = 0; i < t.nodes; ++i)
      each_piece([&](int o) {
        const std::size_t k = at(i) + static_cast<std::size_t>(o);
        const V solved = load<V>(b.rhs + k);
        store(b.v + k, t.extrapolate ? 2.0 * solved - load<V>(b.v + k) : solved);
      });
  }

  static void step(const TypeTables& t, const BlockState& b, const StepInput& in) {
    begin_rows(t, b);
    if (b.drive != nullptr) drive(t, b);
    for (int m = 0; m < t.mechanism_count; ++m)
      dispatch(all, t, t.mechanisms[m], b.mechanisms[m], b, t.mechanisms[m].constants,
               in.concentrations_first, in.gates_first, true);
    synapses(b, in);
    for (std::size_t k = 0; k < in.injection_count; ++k)
      b.rhs[at(in.injections[k].node) + static_cast<std::size_t>(in.injections[k].lane)] +=
          in.injections[k].nA;
    solve(t, b);
    finish(t, b);
  }

  static void exponential(const double* x, double* y, std::size_t count) {
    for (std::size_t k = 0; k + S::width <= count; k += S::width)
      store(y + k, exp<S>(load<V>(x + k)));
  }
};

}  // namespace cell::engine
