// SPDX-License-Identifier: MIT
// Whoever reads membrane currents, with whatever else in the block, must get the same bits: so
// there is one way to compute them, in vectors, for several instruction sets, and nothing is fused.
#include "engine/membrane_currents.hpp"

#include <cstring>

#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__SANITIZE_THREAD__)
#define CELL_CLONES [[gnu::target_clones("avx512f", "avx2", "default")]]
#else
#define CELL_CLONES
#endif

namespace cell::engine {
namespace {

template <typename Number>
struct EightOf {
  using Type [[gnu::vector_size(lanes * sizeof(Number))]] = Number;
};
using Doubles = EightOf<double>::Type;

std::size_t index(int i) { return static_cast<std::size_t>(i); }

[[gnu::always_inline]] inline Doubles eight(const double* from) {
  Doubles x;
  std::memcpy(&x, from, sizeof x);
  return x;
}

/// A row whose parents differ from lane to lane.
void find_odd_flow(const TypeTables& tables, int row, const double* v, double* flows) {
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const std::size_t here = index(row) * lanes + lane;
    const std::size_t there = index(tables.lane_parent[here]) * lanes + lane;
    const double inwards = tables.axial[here] * (v[there] - v[here]);
    flows[here] = 0.0 + inwards;
    flows[there] -= inwards;
  }
}

/// Eight rows become eight columns in three rounds, in which rows one, two and four apart exchange
/// halves.
template <typename Vector>
[[gnu::always_inline]] inline void turn(Vector (&a)[lanes]) {
  Vector b[lanes];
  for (std::size_t k = 0; k < lanes; k += 2) {
    b[k] = __builtin_shufflevector(a[k], a[k + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    b[k + 1] = __builtin_shufflevector(a[k], a[k + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
  for (const std::size_t k : {0U, 1U, 4U, 5U}) {
    a[k] = __builtin_shufflevector(b[k], b[k + 2], 0, 1, 8, 9, 4, 5, 12, 13);
    a[k + 2] = __builtin_shufflevector(b[k], b[k + 2], 2, 3, 10, 11, 6, 7, 14, 15);
  }
  for (std::size_t k = 0; k < lanes / 2; ++k) {
    b[k] = __builtin_shufflevector(a[k], a[k + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    b[k + 4] = __builtin_shufflevector(a[k], a[k + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
  std::memcpy(&a, &b, sizeof b);
}

template <typename Number>
[[gnu::always_inline]] inline void deal(const BlockModel& model, const double* values,
                                        const std::array<Number*, lanes>& to) {
  using Vector = typename EightOf<Number>::Type;
  if (model.tables().per_lane) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      if (to[lane] == nullptr) continue;
      Number* next = to[lane];
      for (const int row : model.segment_rows(static_cast<int>(lane)))
        *next++ = static_cast<Number>(values[index(row) * lanes + lane]);
    }
    return;
  }
  const auto rows = model.segment_rows(0);
  std::size_t s = 0;
  for (; s + lanes <= rows.size(); s += lanes) {
    Vector square[lanes];
    for (std::size_t k = 0; k < lanes; ++k)
      square[k] = __builtin_convertvector(eight(values + index(rows[s + k]) * lanes), Vector);
    turn(square);
    for (std::size_t lane = 0; lane < lanes; ++lane)
      if (to[lane] != nullptr) std::memcpy(to[lane] + s, &square[lane], sizeof(Vector));
  }
  for (; s < rows.size(); ++s)
    for (std::size_t lane = 0; lane < lanes; ++lane)
      if (to[lane] != nullptr)
        to[lane][s] = static_cast<Number>(values[index(rows[s]) * lanes + lane]);
}

}  // namespace

/// A row comes before its children, so that its own flow is the first that it gets. 0 + x has no
/// negative zeros.
CELL_CLONES void find_flows(const TypeTables& tables, const double* v, double* flows) {
  std::memset(flows, 0, sizeof(Doubles));
  for (int row = 1; row < tables.nodes; ++row) {
    if (tables.per_lane && tables.odd[row] != 0) {
      find_odd_flow(tables, row, v, flows);
      continue;
    }
    const std::size_t here = index(row) * lanes, there = index(tables.parent[row]) * lanes;
    const Doubles axial =
        tables.per_lane ? eight(tables.axial + here) : Doubles{} + tables.axial[row];
    const Doubles inwards = axial * (eight(v + there) - eight(v + here));
    const Doubles own = Doubles{} + inwards;
    std::memcpy(flows + here, &own, sizeof own);
    const Doubles parent = eight(flows + there) - inwards;
    std::memcpy(flows + there, &parent, sizeof parent);
  }
}

CELL_CLONES void deal_out(const BlockModel& model, const double* values,
                          const std::array<double*, lanes>& to) {
  deal(model, values, to);
}

CELL_CLONES void deal_out(const BlockModel& model, const double* values,
                          const std::array<float*, lanes>& to) {
  deal(model, values, to);
}

}  // namespace cell::engine
