// SPDX-License-Identifier: MIT
// A recorded or projected signal may bring a million values a millisecond, and each is mixed twice:
// four multiplications of 64 bits, of which processors with AVX-512 make eight at a time.
#include "hash_kernel.hpp"

#include <bit>
#include <cstring>

#include "tutti/plan/hash.hpp"

namespace tutti::module {
namespace {

constexpr std::size_t lanes = 8;
using Words [[gnu::vector_size(lanes * sizeof(std::uint64_t))]] = std::uint64_t;

/// plan::mix_in of eight at once, in place.
[[gnu::always_inline]] inline void mix_in(Words& h, const Words& word) {
  h = (h ^ word) + 0x9E3779B97F4A7C15U;
  h = (h ^ h >> 30) * 0xBF58476D1CE4E5B9U;
  h = (h ^ h >> 27) * 0x94D049BB133111EBU;
  h ^= h >> 31;
}

std::uint64_t baseline(std::uint64_t instant, std::uint64_t first, std::uint64_t stride,
                       const double* values, std::size_t count) {
  std::uint64_t sum = 0;
  for (std::size_t k = 0; k < count; ++k)
    sum += plan::mix_in(plan::mix_in(instant, first + k * stride),
                        std::bit_cast<std::uint64_t>(values[k]));
  return sum;
}

#if defined(__x86_64__)
[[gnu::target("avx512f,avx512dq")]] std::uint64_t avx512(std::uint64_t instant, std::uint64_t first,
                                                         std::uint64_t stride, const double* values,
                                                         std::size_t count) {
  Words element{}, sums{};
  for (std::size_t l = 0; l < lanes; ++l) element[l] = first + l * stride;
  std::size_t k = 0;
  for (; k + lanes <= count; k += lanes, element += lanes * stride) {
    Words bits, mark = Words{} + instant;
    std::memcpy(&bits, values + k, sizeof bits);
    mix_in(mark, element);
    mix_in(mark, bits);
    sums += mark;
  }
  std::uint64_t sum = baseline(instant, first + k * stride, stride, values + k, count - k);
  for (std::size_t l = 0; l < lanes; ++l) sum += sums[l];
  return sum;
}
#endif

}  // namespace

MarkValues mark_values_for(std::string_view isa) {
#if defined(__x86_64__)
  if (isa == "avx512")
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") ? avx512
                                                                                   : nullptr;
#endif
  return isa == "x86-64" ? baseline : nullptr;
}

MarkValues mark_values() {
  const auto fast = mark_values_for("avx512");
  return fast != nullptr ? fast : baseline;
}

}  // namespace tutti::module
