// SPDX-License-Identifier: MIT
#pragma once
#include <utility>

#include "engine/kernel.hpp"
#include "engine/mechanisms/all.hpp"

/// What membranes do in a step: gates follow the voltage, currents follow from the gates. Both are
/// one pass over a mechanism's compartments.
namespace cell::engine {

/// The parameters of a mechanism on one compartment, of all lanes or of each, as a mechanism asks
/// for them: by number.
template <class V, bool per_lane>
struct Parameters {
  const double* from;
  [[gnu::always_inline]] V operator[](int k) const {
    if constexpr (per_lane)
      return load<V>(from + k * lanes);
    else
      return splat<V>(from[k]);
  }
};
template <class V, bool per_lane>
struct TwoParameters {
  Parameters<V, per_lane> a, b;
  [[gnu::always_inline]] Two<V> operator[](int k) const { return {a[k], b[k]}; }
};

/// What to do with a mechanism.
struct Work {
  bool concentrations, gates, currents;
};

template <class Isa, bool per_lane>
struct Membrane {
  using V = typename Vectors<Isa>::real;
  static constexpr int few_states = 4;

  /// One vector of lanes of one entry of a mechanism's table.
  struct Single : Vectors<Isa> {
    using parameters = Parameters<V, per_lane>;
    struct Place {
      std::size_t at;
    };
    template <class F>
    static Place place(int piece, F&& f) {
      return {f(piece)};
    }
    static V take(const double* from, Place p) { return load<V>(from + p.at); }
    static void put(double* to, Place p, V v) { store(to + p.at, v); }
    static parameters all(const double* from, Place p) { return {from + p.at}; }
  };
  /// Two of them, one after the other.
  struct Double : Pairs<Single> {
    using real = Two<V>;
    using parameters = TwoParameters<V, per_lane>;
    struct Place {
      std::size_t a, b;
    };
    template <class F>
    static Place place(int piece, F&& f) {
      return {f(piece), f(piece + 1)};
    }
    static real take(const double* from, Place p) {
      return {load<V>(from + p.a), load<V>(from + p.b)};
    }
    static void put(double* to, Place p, real v) { store(to + p.a, v.a), store(to + p.b, v.b); }
    static parameters all(const double* from, Place p) { return {{from + p.a}, {from + p.b}}; }
  };

  struct Task {
    const TypeTables& type;
    const BlockState& block;
    const MechanismTable& table;
    const MechanismState& state;
    const double* constants;
    Work work;
  };

  template <class M, class S>
  [[gnu::always_inline]] static typename S::real read_for(const Task& t, typename S::Place node) {
    if constexpr (M::reads == Reads::cai)
      return S::take(t.block.cai, node);
    else
      return typename S::real{};
  }

  template <class M, class S>
  [[gnu::always_inline]] static auto reversal_for(const Task& t, typename S::Place node) {
    using R = typename S::real;
    if constexpr (M::carries == Ion::na)
      return S::take(t.block.ena, node);
    else if constexpr (M::carries == Ion::k)
      return S::take(t.block.ek, node);
    else if constexpr (M::carries == Ion::ca)
      return S::take(t.block.eca, node);
    else if constexpr (M::carries == Ion::na_and_k)
      return Reversals<R>{S::take(t.block.ena, node), S::take(t.block.ek, node)};
    else if constexpr (M::carries == Ion::ca_in_a_field)
      return Concentrations<R>{S::take(t.block.cai, node), t.block.cao != nullptr
                                                               ? S::take(t.block.cao, node)
                                                               : R{} + t.type.cao_mM};
    else if constexpr (M::carries == Ion::na_and_k_in_a_field)
      return TwoConcentrations<R>{{S::take(t.block.nai, node), S::take(t.block.nao, node)},
                                  {S::take(t.block.ki, node), S::take(t.block.ko, node)}};
    else
      return R{};
  }

  /// Adds to what an ion carries, where somebody wants to know.
  template <class S>
  [[gnu::always_inline]] static void count(const IonState& ion, typename S::Place node,
                                           const Ohmic<typename S::real>& i) {
    if (ion.g == nullptr) return;
    S::put(ion.g, node, S::take(ion.g, node) + i.g);
    S::put(ion.gE, node, S::take(ion.gE, node) + i.gE);
  }

  /// Lanes that lack an entry have no current of it.
  template <class R, class P>
  [[gnu::always_inline]] static void keep(P present, Ohmic<R>& i) {
    i.g = select(present, i.g, R{});
    i.gE = select(present, i.gE, R{});
  }

  /// Entries are counted in vectors: piece = entry · pieces + which vector of its lanes.
  template <class M, class S>
  [[gnu::always_inline]] static void visit(const Task& t, int piece) {
    constexpr int pieces = Vectors<Isa>::pieces, width = Vectors<Isa>::width;
    const auto entry_of = [](int j) { return static_cast<std::size_t>(j / pieces); };
    const auto lane_of = [](int j) { return static_cast<std::size_t>(j % pieces * width); };
    const auto node = S::place(piece, [&](int j) {
      return static_cast<std::size_t>(t.table.node[entry_of(j)]) * lanes + lane_of(j);
    });
    const auto entry = S::place(piece, [&](int j) { return entry_of(j) * lanes + lane_of(j); });
    const auto state =
        S::place(piece, [&](int j) { return entry_of(j) * M::states * lanes + lane_of(j); });
    typename S::real x[M::states > 0 ? M::states : 1];
    for (int s = 0; s < M::states; ++s) x[s] = S::take(t.state.x + s * lanes, state);
    const auto v = S::take(t.block.v, node), read = read_for<M, S>(t, node);
    if (t.work.gates) {
      M::template advance<S>(v, read, x, t.constants);
      for (int s = 0; s < M::states; ++s) S::put(t.state.x + s * lanes, state, x[s]);
    }
    if (!t.work.currents) return;
    const auto parameters = S::place(piece, [&](int j) {
      const auto first = entry_of(j) * static_cast<std::size_t>(t.table.parameter_count);
      return per_lane ? first * lanes + lane_of(j) : first;
    });
    auto i = M::template current<S>(v, reversal_for<M, S>(t, node), x,
                                    S::all(t.table.parameters, parameters), t.constants);
    constexpr bool two = M::carries == Ion::na_and_k || M::carries == Ion::na_and_k_in_a_field;
    if constexpr (per_lane) {
      const auto present = S::take(t.table.present, entry) > 0.0;
      if constexpr (two)
        keep(present, i.all), keep(present, i.na), keep(present, i.k);
      else
        keep(present, i);
    }
    if constexpr (two) {
      add<S>(t.block, node, i.all);
      count<S>(t.block.na, node, i.na);
      count<S>(t.block.k, node, i.k);
    } else {
      add<S>(t.block, node, i);
      if constexpr (M::carries == Ion::na) count<S>(t.block.na, node, i);
      if constexpr (M::carries == Ion::k) count<S>(t.block.k, node, i);
      if constexpr (M::carries == Ion::ca || M::carries == Ion::ca_in_a_field)
        count<S>(t.block.ca, node, i);
    }
  }
  template <class S>
  [[gnu::always_inline]] static void add(const BlockState& block, typename S::Place node,
                                         const Ohmic<typename S::real>& i) {
    S::put(block.d, node, S::take(block.d, node) + i.g);
    S::put(block.rhs, node, S::take(block.rhs, node) + i.gE);
  }

  /// One step of the concentrations that a mechanism owns, and of what follows from them.
  template <class M>
  [[gnu::flatten]] static void concentrations(const Task& t) {
    constexpr std::size_t width = Vectors<Isa>::width;
    const auto count = static_cast<std::size_t>(t.table.parameter_count);
    for (std::size_t k = 0; k < static_cast<std::size_t>(t.table.count); ++k)
      for (std::size_t o = 0; o < lanes; o += width) {
        const auto row = static_cast<std::size_t>(t.table.node[k]), n = row * lanes + o;
        const V per_area =
            t.type.per_lane ? load<V>(t.type.per_area + n) : splat<V>(t.type.per_area[row]);
        const typename Single::parameters p{t.table.parameters +
                                            (per_lane ? k * count * lanes + o : k * count)};
        const V old = load<V>(t.block.cai + n);
        V cai = M::template next<Single>(old, load<V>(t.block.i_ca + n) * per_area, p, t.constants);
        const V cao = t.block.cao ? load<V>(t.block.cao + n) : splat<V>(t.type.cao_mM);
        V eca = t.type.nernst_mV * log<Single>(cao / cai);
        if constexpr (per_lane) {
          const auto present = load<V>(t.table.present + k * lanes + o) > 0.0;
          cai = select(present, cai, old);
          eca = select(present, eca, load<V>(t.block.eca + n));
        }
        store(t.block.cai + n, cai);
        store(t.block.eca + n, eca);
      }
  }

  template <class M>
  [[gnu::flatten]] static void pass(const Task& t) {
    if constexpr (M::reads == Reads::i_ca) {
      if (t.work.concentrations) concentrations<M>(t);
    } else {
      const int pieces = t.table.count * Vectors<Isa>::pieces;
      int piece = 0;
      if constexpr (M::states <= few_states)  // more of them would not fit in registers twice
        for (; piece + 1 < pieces; piece += 2) visit<M, Double>(t, piece);
      for (; piece < pieces; ++piece) visit<M, Single>(t, piece);
    }
  }

  /// The mechanism with number t.table.kind, found at compile time.
  template <std::size_t... I>
  static void dispatch(std::index_sequence<I...>, const Task& t) {
    ((t.table.kind == static_cast<int>(I) ? pass<std::tuple_element_t<I, Mechanisms>>(t) : void()),
     ...);
  }
  static void run(const Task& t) {
    dispatch(std::make_index_sequence<std::tuple_size_v<Mechanisms>>{}, t);
  }
};

}  // namespace cell::engine
