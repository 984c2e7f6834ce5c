// SPDX-License-Identifier: MIT
// The kernel is written once with the compiler's vectors and built for three instruction sets.
#include "projection_kernel.hpp"

#include <bit>
#include <cmath>
#include <cstring>

#include "projector.hpp"

namespace tutti::module {
namespace {

/// A double of this size has units as its last bit: adding it rounds to an integer, which can then
/// be read from the bits. Holds below 2^51.
constexpr double rounder = 0x1.8p52;
constexpr double largest = 0x1p51;

[[gnu::always_inline]] inline void add_rounded(float part, double scale, std::int64_t& sum) {
  const double scaled = static_cast<double>(part) * scale;
  const bool fits = std::abs(scaled) < largest;  // false for what is no number
  const double rounded = (fits ? scaled : 0.0) + rounder;
  const auto whole = std::bit_cast<std::int64_t>(rounded) - std::bit_cast<std::int64_t>(rounder);
  sum = fits && sum != no_sum ? sum + whole : no_sum;
}

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

/// One tile: `Vectors` vectors of `Lanes` rows each, kernel_samples samples, all in registers.
template <bool Fused, std::size_t Lanes, std::size_t Vectors>
struct Tile {
  using Vector [[gnu::vector_size(Lanes * sizeof(float))]] = float;
  static constexpr std::size_t rows = Lanes * Vectors;

  [[gnu::always_inline]] static inline void add(const Factors& f, const float* column,
                                                const float* sample, std::size_t size,
                                                std::size_t count, std::int64_t* sums) {
    Vector parts[kernel_samples][Vectors] = {};
    for (std::size_t k = 0; k < size; ++k, column += f.rows) {
      Vector factors[Vectors];
      std::memcpy(&factors, column, sizeof factors);
      for (std::size_t s = 0; s < kernel_samples; ++s)
        for (std::size_t v = 0; v < Vectors; ++v)
          multiply_add<Fused>(factors[v], sample[s * f.columns + k], parts[s][v]);
    }
    alignas(64) float flat[kernel_samples][rows];
    std::memcpy(&flat, &parts, sizeof flat);
    for (std::size_t s = 0; s < count; ++s)
      for (std::size_t r = 0; r < rows; ++r) add_rounded(flat[s][r], f.scale, sums[s * f.rows + r]);
  }
};

template <bool Fused, std::size_t Lanes, std::size_t Vectors>
[[gnu::always_inline]] inline void add_all(const Factors& f, std::size_t first, std::size_t size,
                                           std::size_t count, std::int64_t* sums) {
  using Large = Tile<Fused, Lanes, Vectors>;
  using Small = Tile<Fused, Lanes, kernel_rows / Lanes>;
  static_assert(Large::rows % kernel_rows == 0 && Small::rows == kernel_rows);
  for (std::size_t s = 0; s < count; s += kernel_samples) {
    const std::size_t some = count - s < kernel_samples ? count - s : kernel_samples;
    const float* sample = f.samples + s * f.columns + first;
    const float* column = f.matrix + first * f.rows;
    std::size_t r = 0;
    for (; r + Large::rows <= f.rows; r += Large::rows)
      Large::add(f, column + r, sample, size, some, sums + s * f.rows + r);
    for (; r < f.rows; r += Small::rows)
      Small::add(f, column + r, sample, size, some, sums + s * f.rows + r);
  }
}

#if defined(__x86_64__) && !defined(__FMA__)
constexpr bool fused_baseline = false;
#else
constexpr bool fused_baseline = true;
#endif

void baseline(const Factors& f, std::size_t first, std::size_t size, std::size_t count,
              std::int64_t* sums) {
  add_all<fused_baseline, 4, 4>(f, first, size, count, sums);
}

#if defined(__x86_64__)
[[gnu::target("avx2,fma")]] void avx2(const Factors& f, std::size_t first, std::size_t size,
                                      std::size_t count, std::int64_t* sums) {
  add_all<true, 8, 2>(f, first, size, count, sums);
}
[[gnu::target("avx512f,avx512dq,fma")]] void avx512(const Factors& f, std::size_t first,
                                                    std::size_t size, std::size_t count,
                                                    std::int64_t* sums) {
  add_all<true, 16, 4>(f, first, size, count, sums);
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
