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
    store(b.rhs + at(row) + lane, v * of(t.capacity, row, lane) + of(t.leak, row, lane));
  }

  static void begin(const TypeTables& t, const BlockState& b) {
    for (int i = 0; i < t.nodes; ++i)
      each_piece([&](std::size_t o) { begin_row(t, b, i, o, load<V>(b.v + at(i) + o)); });
    for (int c = 0; c < t.calcium_count; ++c)
      each_piece([&](std::size_t o) { store(b.g_ca + at(t.calcium_nodes[c]) + o, V{}); });
  }

  /// Takes a row out of its parent's equation.
  static void upwards(const TypeTables& t, const BlockState& b) {
    for (int i = t.nodes - 1; i > 0; --i) {
      const int parent = t.parent[i];
      alignas(64) double less[lanes], more[lanes];
      each_piece([&](std::size_t o) {
        const std::size_t k = at(i) + o;
        const V inverse = 1.0 / load<V>(b.d + k);
        const V axial = of(t.axial, i, o);
        const V f = axial * inverse;
        store(b.d + k, inverse);
        if (!per_lane || parent >= 0) {
          const std::size_t p = at(parent) + o;
          store(b.d + p, load<V>(b.d + p) - f * axial);
          store(b.rhs + p, load<V>(b.rhs + p) + f * load<V>(b.rhs + k));
        } else {
          store(less + o, f * axial);
          store(more + o, f * load<V>(b.rhs + k));
        }
      });
      if (!per_lane || parent >= 0) continue;
      const int* p = t.lane_parent + at(i);
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        b.d[at(p[lane]) + lane] -= less[lane];
        b.rhs[at(p[lane]) + lane] += more[lane];
      }
    }
  }

  /// Of what is solved above a row, which may be another row in every lane.
  [[gnu::always_inline]] static V above(const TypeTables& t, const double* x, int row,
                                        std::size_t lane) {
    if (!per_lane || t.parent[row] >= 0) return load<V>(x + at(t.parent[row]) + lane);
    const int* p = t.lane_parent + at(row) + lane;
    return gather(x + lane, p, std::make_index_sequence<S::width>{});
  }
  template <std::size_t... I>
  [[gnu::always_inline]] static V gather(const double* x, const int* p, std::index_sequence<I...>) {
    return V{x[at(p[I]) + I]...};
  }

  /// Backward Euler: what is solved is the voltage; and the next step's equations begin with it.
  static void downwards(const TypeTables& t, const BlockState& b) {
    each_piece([&](std::size_t o) {
      const V v = load<V>(b.rhs + o) / load<V>(b.d + o);
      store(b.v + o, v);
      begin_row(t, b, 0, o, v);
    });
    for (int i = 1; i < t.nodes; ++i)
      each_piece([&](std::size_t o) {
        const std::size_t k = at(i) + o;
        const V v =
            (load<V>(b.rhs + k) + of(t.axial, i, o) * above(t, b.v, i, o)) * load<V>(b.d + k);
        store(b.v + k, v);
        begin_row(t, b, i, o, v);
      });
  }

  /// Crank–Nicolson: what is solved is the voltage half a step on, and it goes as far again.
  static void downwards_and_on(const TypeTables& t, const BlockState& b) {
    each_piece([&](std::size_t o) { store(b.rhs + o, load<V>(b.rhs + o) / load<V>(b.d + o)); });
    for (int i = 1; i < t.nodes; ++i)
      each_piece([&](std::size_t o) {
        const std::size_t k = at(i) + o;
        store(b.rhs + k,
              (load<V>(b.rhs + k) + of(t.axial, i, o) * above(t, b.rhs, i, o)) * load<V>(b.d + k));
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
        store(b.i_ca + k, load<V>(b.g_ca + k) * (load<V>(b.v + k) - load<V>(b.eca + k)));
      });
  }

  /// The calcium that the step moved is that of the voltage the step was solved for.
  static void count_calcium(const TypeTables& t, const BlockState& b, const double* solved) {
    for (int c = 0; c < t.calcium_count; ++c)
      each_piece([&](std::size_t o) {
        const std::size_t k = at(t.calcium_nodes[c]) + o;
        const V i = load<V>(b.g_ca + k) * (load<V>(solved + k) - load<V>(b.eca + k));
        store(b.i_ca_sum + k, load<V>(b.i_ca_sum + k) + i);
        store(b.g_ca + k, V{});
      });
  }

  static void solve(const TypeTables& t, const BlockState& b) {
    note_calcium(t, b);
    upwards(t, b);
    if (t.extrapolate) {
      downwards_and_on(t, b);
      count_calcium(t, b, b.rhs);
      extrapolate(t, b);
    } else {
      downwards(t, b);
      count_calcium(t, b, b.v);
    }
  }
};

}  // namespace cell::engine
