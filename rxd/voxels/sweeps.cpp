// SPDX-License-Identifier: MIT
#include "voxels/sweeps.hpp"

#include "solver/clones.hpp"

namespace rxd::sweeps {

namespace {

// Vectors of g++ and clang; they become as many instructions as the processor needs for eight
// lanes. NOLINTNEXTLINE(modernize-use-using): clang takes these attributes on a typedef only
typedef double Eight __attribute__((vector_size(64), may_alias));
// NOLINTNEXTLINE(modernize-use-using): likewise; aligned to a number, not to eight of them
typedef double Loose __attribute__((vector_size(64), may_alias, aligned(8)));

[[gnu::always_inline]] inline const Eight& eight(const Octet& o) {
  return *reinterpret_cast<const Eight*>(o.lane);
}
[[gnu::always_inline]] inline Eight& eight(Octet& o) { return *reinterpret_cast<Eight*>(o.lane); }

/// Rows become columns: three rounds of exchanges between ever more distant rows.
[[gnu::always_inline]] inline void transpose(Eight* v) {
  for (int r = 0; r < 8; r += 2) {
    const Eight a = v[r], b = v[r + 1];
    v[r] = __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14);
    v[r + 1] = __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15);
  }
  for (int s = 0; s < 8; s += 4)
    for (int r = s; r < s + 2; ++r) {
      const Eight a = v[r], b = v[r + 2];
      v[r] = __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13);
      v[r + 2] = __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
    }
  for (int r = 0; r < 4; ++r) {
    const Eight a = v[r], b = v[r + 4];
    v[r] = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11);
    v[r + 4] = __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

}  // namespace

RXD_CLONES void diffuse(std::uint32_t begin, std::uint32_t end, const Lattice& lattice,
                        const std::uint32_t* kind, const Stencil* stencils, double factor,
                        const Octet* value, Octet* to) {
  const std::uint32_t* before_y = lattice.before_y.data();
  const std::uint32_t* after_y = lattice.after_y.data();
  const std::uint32_t* before_z = lattice.before_z.data();
  const std::uint32_t* after_z = lattice.after_z.data();
  for (std::uint32_t o = begin; o < end; ++o) {
    const Stencil& s = stencils[kind[o]];
    const Eight here = eight(value[o]);
    // Where the row is broken the next number belongs elsewhere, and its coefficient is zero.
    const Eight low = *reinterpret_cast<const Loose*>(value[o].lane - 1);
    const Eight high = *reinterpret_cast<const Loose*>(value[o].lane + 1);
    const Eight x = eight(s.low[0]) * (low - here) + eight(s.high[0]) * (high - here);
    const Eight y = eight(s.low[1]) * (eight(value[before_y[o]]) - here) +
                    eight(s.high[1]) * (eight(value[after_y[o]]) - here);
    const Eight z = eight(s.low[2]) * (eight(value[before_z[o]]) - here) +
                    eight(s.high[2]) * (eight(value[after_z[o]]) - here);
    eight(to[o]) = factor * (x + y + z);
  }
}

RXD_CLONES void along_rows(const Lattice::Step* steps, std::uint32_t count,
                           const std::uint32_t* kind, const Tile* tiles, Octet* x, Octet* scratch) {
  Eight last = {};
  for (std::uint32_t s = 0; s < count; ++s) {
    const Lattice::Step& step = steps[s];
    Eight v[8];
    if (step.full)
      for (int r = 0; r < 8; ++r) v[r] = eight(x[step.octet[static_cast<std::size_t>(r)]]);
    else
      for (int r = 0; r < 8; ++r) {
        const std::uint32_t o = step.octet[static_cast<std::size_t>(r)];
        v[r] = o == 0 ? Eight{} : eight(x[o]);
      }
    transpose(v);
    const Tile& tile = tiles[kind[s]];
    for (int k = 0; k < 8; ++k) {
      last = eight(tile.line[k].inverse) * v[k] + eight(tile.line[k].low) * last;
      eight(scratch[s * 8 + static_cast<std::uint32_t>(k)]) = last;
    }
  }
  last = Eight{};
  for (std::uint32_t s = count; s-- > 0;) {
    const Lattice::Step& step = steps[s];
    const Tile& tile = tiles[kind[s]];
    Eight v[8];
    for (int k = 7; k >= 0; --k) {
      last =
          eight(scratch[s * 8 + static_cast<std::uint32_t>(k)]) + eight(tile.line[k].high) * last;
      v[k] = last;
    }
    transpose(v);
    for (int r = 0; r < 8; ++r) {
      const std::uint32_t o = step.octet[static_cast<std::size_t>(r)];
      if (o != 0) eight(x[o]) = v[r];
    }
  }
}

RXD_CLONES void forward(std::uint32_t begin, std::uint32_t end, const std::uint32_t* before,
                        const std::uint32_t* kind, const Line* lines, Octet* x) {
  for (std::uint32_t o = begin; o < end; ++o) {
    const Line& l = lines[kind[o]];
    eight(x[o]) = eight(l.inverse) * eight(x[o]) + eight(l.low) * eight(x[before[o]]);
  }
}

RXD_CLONES void backward(std::uint32_t begin, std::uint32_t end, const std::uint32_t* after,
                         const std::uint32_t* kind, const Line* lines, Octet* x) {
  for (std::uint32_t o = end; o-- > begin;)
    eight(x[o]) += eight(lines[kind[o]].high) * eight(x[after[o]]);
}

RXD_CLONES void backward_and_add(std::uint32_t begin, std::uint32_t end, const std::uint32_t* after,
                                 const std::uint32_t* kind, const Line* lines, Octet* x,
                                 Octet* value) {
  for (std::uint32_t o = end; o-- > begin;) {
    eight(x[o]) += eight(lines[kind[o]].high) * eight(x[after[o]]);
    eight(value[o]) += eight(x[o]);
  }
}

}  // namespace rxd::sweeps
