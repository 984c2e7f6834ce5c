// SPDX-License-Identifier: MIT
#pragma once
#include <utility>

#include "engine/kernel.hpp"
#include "engine/simd.hpp"

/// The linear equations of a step: Gauss elimination on a tree (Hines 1984), leaves to root and
/// back, eight cells at a time.
namespace cell::engine {

template <class Isa, bool per_lane>
struct Elimination {
  using S = Vectors<Isa>;
  using V = typename S::real;

  template <class F>
  [[gnu::always_inline]] static void each_piece(F&& f) {
    for (int piece = 0; piece < S::pieces; ++piece) f(static_cast<std::size_t>(piece * S::width));
  }
  static std::size_t at(int row) { return static_cast<std::size_t>(row) * lanes; }

  /// A value of a row: the same in all lanes, or one in each.
  [[gnu::always_inline]] static V of(const double* array, int row, std::size_t lane) {
    if constexpr (per_lane)
      return load<V>(array + at(row) + lane);
    else
      return splat<V>(array[row]);
  }

  /// A row without mechanisms: (C/dt + axial + leak) v' - axial neighbours = C/dt v + leak·E.
  [[gnu::always_inline]] static void begin_row(const TypeTables& t, const BlockState& b, int row,
                                               std::size_t lane, V v) {
    store(b.d + at(row) + lane, of(t.diagonal, row, lane));
    store(b.rhs + at(row) + lane, fused(v, of(t.capacity, row, lane), of(t.leak, row, lane)));
  }

  static void begin(const TypeTables& t, const BlockState& b) {
    for (int i = 0; i < t.nodes; ++i)
      each_piece([&](std::size_t o) { begin_row(t, b, i, o, load<V>(b.v + at(i) + o)); });
    for (int c = 0; c < t.calcium_count; ++c)
      each_piece([&](std::size_t o) {
        store(b.ca.g + at(t.calcium_nodes[c]) + o, V{});
        store(b.ca.gE + at(t.calcium_nodes[c]) + o, V{});
      });
  }

  /// Takes a row out of its parent's equation. Only the division and one sum wait for the row
  /// below, so that a processor has the rest done by then.
  [[gnu::always_inline]] static void up(const TypeTables& t, const BlockState& b, int i) {
    each_piece([&](std::size_t o) {
      const std::size_t k = at(i) + o, p = at(t.parent[i]) + o;
      const V inverse = 1.0 / load<V>(b.d + k);
      const V axial = of(per_lane ? t.joined : t.axial, i, o);
      store(b.d + k, inverse);
      store(b.d + p, fused(-(axial * axial), inverse, load<V>(b.d + p)));
      store(b.rhs + p, fused(axial * inverse, load<V>(b.rhs + k), load<V>(b.rhs + p)));
    });
    if constexpr (per_lane)
      for (unsigned odd = t.odd[i]; odd != 0; odd &= odd - 1) {
        const auto lane = static_cast<std::size_t>(__builtin_ctz(odd)), k = at(i) + lane;
        const std::size_t p = at(t.lane_parent[k]) + lane;
        b.d[p] = fused_plain(-(t.axial[k] * t.axial[k]), b.d[k], b.d[p]);
        b.rhs[p] = fused_plain(t.axial[k] * b.d[k], b.rhs[k], b.rhs[p]);
      }
  }

  /// Of what is solved above a row, which may be another row in every lane.
  [[gnu::always_inline]] static V above(const TypeTables& t, const double* x, int row,
                                        std::size_t lane) {
    if constexpr (per_lane)
      if (t.odd[row] != 0)
        return gather(x + lane, t.lane_parent + at(row) + lane,
                      std::make_index_sequence<S::width>{});
    return load<V>(x + at(t.parent[row]) + lane);
  }
  template <std::size_t... I>
  [[gnu::always_inline]] static V gather(const double* x, const int* p, std::index_sequence<I...>) {
    return V{x[at(p[I]) + I]...};
  }

  /// What a row is solved for, given what is solved above it.
  [[gnu::always_inline]] static V solved(const TypeTables& t, const BlockState& b, const double* x,
                                         int i, std::size_t o) {
    const V inverse = load<V>(b.d + at(i) + o);
    return fused(of(t.axial, i, o) * inverse, above(t, x, i, o),
                 load<V>(b.rhs + at(i) + o) * inverse);
  }
  [[gnu::always_inline]] static V solved_root(const BlockState& b, std::size_t o) {
    return load<V>(b.rhs + o) / load<V>(b.d + o);
  }

  /// Backward Euler: what is solved is the voltage; and the next step's equations begin with it.
  [[gnu::always_inline]] static void down(const TypeTables& t, const BlockState& b, int i) {
    each_piece([&](std::size_t o) {
      const V v = i == 0 ? solved_root(b, o) : solved(t, b, b.v, i, o);
      store(b.v + at(i) + o, v);
      begin_row(t, b, i, o, v);
    });
  }

  /// Crank–Nicolson: what is solved is the voltage half a step on, and it goes as far again.
  [[gnu::always_inline]] static void down_and_on(const TypeTables& t, const BlockState& b, int i) {
    each_piece([&](std::size_t o) {
      store(b.rhs + at(i) + o, i == 0 ? solved_root(b, o) : solved(t, b, b.rhs, i, o));
    });
  }
  static void extrapolate(const TypeTables& t, const BlockState& b) {
    for (int i = 0; i < t.nodes; ++i)
      each_piece([&](std::size_t o) {
        const V v = 2.0 * load<V>(b.rhs + at(i) + o) - load<V>(b.v + at(i) + o);
        store(b.v + at(i) + o, v);
        begin_row(t, b, i, o, v);
      });
  }

  /// What advances concentrations is the calcium current before the step, as in NEURON.
  static void note_calcium(const TypeTables& t, const BlockState& b) {
    for (int c = 0; c < t.calcium_count; ++c)
      each_piece([&](std::size_t o) {
        const std::size_t k = at(t.calcium_nodes[c]) + o;
        store(b.i_ca + k, load<V>(b.ca.g + k) * load<V>(b.v + k) - load<V>(b.ca.gE + k));
      });
  }

  /// What an ion moved in the step is that of the voltage the step was solved for.
  static void count_ion(const IonState& ion, int row, const double* solved) {
    each_piece([&](std::size_t o) {
      const std::size_t k = at(row) + o;
      const V i = load<V>(ion.g + k) * load<V>(solved + k) - load<V>(ion.gE + k);
      store(ion.sum + k, load<V>(ion.sum + k) + i);
      store(ion.g + k, V{});
      store(ion.gE + k, V{});
    });
  }
  static void count_ions(const TypeTables& t, const BlockState& b, const double* solved) {
    for (int c = 0; c < t.calcium_count; ++c) count_ion(b.ca, t.calcium_nodes[c], solved);
    for (const auto* ion : {&b.na, &b.k})
      if (ion->g != nullptr)
        for (int i = 0; i < t.nodes; ++i) count_ion(*ion, i, solved);
  }

  /// Solves the equations of `count` blocks, whose rows take turns: each row waits for a division
  /// in the one before, and meanwhile there is the other block.
  template <int count>
  static void solve(const StepTask* tasks) {
    int rows = 0;
    for (int j = 0; j < count; ++j) {
      note_calcium(*tasks[j].type, *tasks[j].state);
      if (tasks[j].type->nodes > rows) rows = tasks[j].type->nodes;
    }
    for (int i = rows - 1; i > 0; --i)
      for (int j = 0; j < count; ++j)
        if (i < tasks[j].type->nodes) up(*tasks[j].type, *tasks[j].state, i);
    for (int j = 0; j < count; ++j) {
      const auto& t = *tasks[j].type;
      const auto& b = *tasks[j].state;
      if (t.extrapolate) {
        for (int i = 0; i < t.nodes; ++i) down_and_on(t, b, i);
        count_ions(t, b, b.rhs);
        extrapolate(t, b);
      } else {
        for (int i = 0; i < t.nodes; ++i) down(t, b, i);
        count_ions(t, b, b.v);
      }
    }
  }
};

}  // namespace cell::engine
