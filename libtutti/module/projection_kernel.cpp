// SPDX-License-Identifier: MIT
// The kernel is written once with the compiler's vectors and built for three instruction sets.
#include "projection_kernel.hpp"

#include <bit>
#include <cmath>
#include <cstring>

namespace tutti::module {
namespace {

/// A double of this size has units as its last bit: adding it rounds to an integer, which can then
/// be read from the bits. Holds below 2^51.
constexpr double rounder = 0x1.8p52;
constexpr double largest = 0x1p51;

template <typename T, std::size_t Count>
struct VectorOf {
  using Type [[gnu::vector_size(Count * sizeof(T))]] = T;
};

/// sum + factor · x, rounded once: one instruction where there is one for a whole vector, which
/// this file's contraction of products and sums gives; else number by number, with the same bits.
template <bool Fused, typename Vector>
[[gnu::always_inline]] inline void multiply_add(const Vector& factor, float x, Vector& sum) {
  if constexpr (Fused) {
    sum += factor * x;
  } else {
    for (std::size_t l = 0; l < sizeof(Vector) / sizeof(float); ++l)
      sum[l] = std::fma(factor[l], x, sum[l]);
  }
}

/// Memory that will be needed soon, a share of it for each tile.
struct Ahead {
  const float* from;
  std::size_t lines;  // of 64 bytes
  [[gnu::always_inline]] void fetch(std::size_t k) const {
    constexpr int read = 0, second_level = 2;
    if (k < lines) __builtin_prefetch(from + k * 16, read, second_level);
  }
};

/// Share `k` of `count` of the `numbers` that follow `from`.
[[gnu::always_inline]] inline Ahead share(const float* from, std::size_t numbers, std::size_t k,
                                          std::size_t count) {
  const std::size_t lines = (numbers + 15) / 16;
  const std::size_t first = lines * k / count;
  return {from + first * 16, lines * (k + 1) / count - first};
}

/// One tile: `Vectors` vectors of `Lanes` rows each, kernel_samples samples, all in registers.
template <bool Fused, std::size_t Lanes, std::size_t Vectors>
struct Tile {
  static constexpr std::size_t half = Lanes / 2;  // as many doubles fill a register
  using Vector = typename VectorOf<float, Lanes>::Type;
  using Bits = typename VectorOf<std::uint32_t, Lanes>::Type;
  using Half = typename VectorOf<float, half>::Type;
  using Doubles = typename VectorOf<double, half>::Type;
  using Integers = typename VectorOf<std::int64_t, half>::Type;
  static constexpr std::size_t rows = Lanes * Vectors;

  [[gnu::always_inline]] static inline void add(const Group& group, std::size_t stride,
                                                double scale, const float* column,
                                                const float* sample, std::size_t count,
                                                const Totals& totals, const Ahead (&ahead)[2]) {
    Vector parts[kernel_samples][Vectors] = {};
    for (std::size_t k = 0; k < group.size; ++k, column += stride) {
      ahead[0].fetch(k), ahead[1].fetch(k);
      Vector factors[Vectors];
      for (std::size_t v = 0; v < Vectors; ++v)
        std::memcpy(&factors[v], column + v * Lanes, sizeof(Vector));
      for (std::size_t s = 0; s < kernel_samples; ++s)
        for (std::size_t v = 0; v < Vectors; ++v)
          multiply_add<Fused>(factors[v], sample[s * group.size + k], parts[s][v]);
    }
    // As integers, numbers without sign are in the order that they have as floats, infinity and
    // what is no number above all: the highest bit comes up from the limit on.
    const auto limit = static_cast<float>(largest / scale);
    const std::uint32_t up_to_limit = 0x8000'0000U - std::bit_cast<std::uint32_t>(limit);
    Bits beyond{};
    for (std::size_t s = 0; s < kernel_samples; ++s)
      for (std::size_t v = 0; v < Vectors; ++v) {
        Bits bits;
        std::memcpy(&bits, &parts[s][v], sizeof bits);
        beyond |= (bits & 0x7FFF'FFFFU) + up_to_limit;
      }
    alignas(64) float flat[kernel_samples][rows];
    std::memcpy(&flat, &parts, sizeof flat);
    std::uint32_t any = 0;
    for (std::size_t l = 0; l < Lanes; ++l) any |= beyond[l];
    if (any >> 31U != 0) take_out(flat, limit, stride, count, totals);
    for (std::size_t s = 0; s < count; ++s)
      for (std::size_t r = 0; r < rows; r += half)
        add_rounded(flat[s] + r, scale, totals.sums + s * stride + r);
  }

 private:
  [[gnu::always_inline]] static inline void add_rounded(const float* part, double scale,
                                                        std::int64_t* sums) {
    Half narrow;
    std::memcpy(&narrow, part, sizeof narrow);
    const Doubles rounded = __builtin_convertvector(narrow, Doubles) * scale + rounder;
    Integers bits, sum;
    std::memcpy(&bits, &rounded, sizeof bits);
    std::memcpy(&sum, sums, sizeof sum);
    sum += bits - std::bit_cast<std::int64_t>(rounder);
    std::memcpy(sums, &sum, sizeof sum);
  }
  /// Marks what is no number or too large, and takes it out of the parts.
  [[gnu::noinline]] static void take_out(float (&flat)[kernel_samples][rows], float limit,
                                         std::size_t stride, std::size_t count,
                                         const Totals& totals) {
    for (std::size_t s = 0; s < count; ++s)
      for (std::size_t r = 0; r < rows; ++r)
        if (!(std::abs(flat[s][r]) < limit)) flat[s][r] = 0, totals.lost[s * stride + r] = 1;
  }
};

template <bool Fused, std::size_t Lanes, std::size_t Vectors>
[[gnu::always_inline]] inline void add_all(const Group& group, std::size_t rows, double scale,
                                           std::size_t count, const Totals& totals) {
  using Large = Tile<Fused, Lanes, Vectors>;
  using Small = Tile<Fused, Lanes, kernel_rows / Lanes>;
  static_assert(Large::rows % kernel_rows == 0 && Small::rows == kernel_rows);
  for (std::size_t s = 0; s < count; s += kernel_samples) {
    const std::size_t some = count - s < kernel_samples ? count - s : kernel_samples;
    const float* sample = group.samples + s * group.size;
    const auto to = [&](std::size_t r) {
      return Totals{totals.sums + s * rows + r, totals.lost + s * rows + r};
    };
    const std::size_t tiles = rows / Large::rows + rows % Large::rows / Small::rows;
    const std::size_t all_tiles = tiles * ((count + kernel_samples - 1) / kernel_samples);
    std::size_t r = 0, tile = s / kernel_samples * tiles;
    const auto look_ahead = [&](Ahead(&soon)[2]) {
      soon[0] = share(group.matrix + group.size * rows, group.ahead_matrix, tile, all_tiles);
      soon[1] = share(group.samples + group.room, group.ahead_samples, tile, all_tiles);
    };
    Ahead ahead[2];
    for (; r + Large::rows <= rows; r += Large::rows, ++tile) {
      look_ahead(ahead);
      Large::add(group, rows, scale, group.matrix + r, sample, some, to(r), ahead);
    }
    for (; r < rows; r += Small::rows, ++tile) {
      look_ahead(ahead);
      Small::add(group, rows, scale, group.matrix + r, sample, some, to(r), ahead);
    }
  }
}

#if defined(__x86_64__) && !defined(__FMA__)
constexpr bool fused_baseline = false;
#else
constexpr bool fused_baseline = true;
#endif

void baseline(const Group& group, std::size_t rows, double scale, std::size_t count,
              const Totals& totals) {
  add_all<fused_baseline, 4, 4>(group, rows, scale, count, totals);
}

#if defined(__x86_64__)
[[gnu::target("avx2,fma")]] void avx2(const Group& group, std::size_t rows, double scale,
                                      std::size_t count, const Totals& totals) {
  add_all<true, 8, 2>(group, rows, scale, count, totals);
}
[[gnu::target("avx512f,avx512dq,fma")]] void avx512(const Group& group, std::size_t rows,
                                                    double scale, std::size_t count,
                                                    const Totals& totals) {
  add_all<true, 16, 4>(group, rows, scale, count, totals);
}

#endif

}  // namespace

AddGroup add_group_for(std::string_view isa) {
#if defined(__x86_64__)
  if (isa == "avx512")
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") ? avx512
                                                                                   : nullptr;
  if (isa == "avx2")
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? avx2 : nullptr;
#endif
  return isa == "x86-64" ? baseline : nullptr;
}

AddGroup add_group() {
  for (const char* isa : {"avx512", "avx2"})
    if (const auto found = add_group_for(isa)) return found;
  return baseline;
}

}  // namespace tutti::module
