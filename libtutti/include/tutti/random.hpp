// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace tutti {

/// Random numbers that are a function of (seed, stream, element, counter) and of nothing else, so
/// that they do not depend on ranks, threads or order. Philox4x32-10 (Salmon et al., SC 2011).
class Random {
 public:
  /// `stream` tells uses apart (see stream_id), `element` is the cell, synapse or channel.
  constexpr Random(std::uint64_t seed, std::uint64_t stream, std::uint64_t element)
      : key_{mix(seed ^ mix(stream))}, element_{element} {}

  /// The n-th pair of 64 random bits of this element.
  constexpr std::array<std::uint64_t, 2> bits(std::uint64_t counter) const {
    std::uint32_t x0 = lo(counter), x1 = hi(counter), x2 = lo(element_), x3 = hi(element_);
    std::uint32_t k0 = lo(key_), k1 = hi(key_);
    for (int round = 0; round < 10; ++round) {
      const std::uint64_t p0 = std::uint64_t{0xD2511F53} * x0;
      const std::uint64_t p1 = std::uint64_t{0xCD9E8D57} * x2;
      const std::uint32_t y0 = hi(p1) ^ x1 ^ k0, y1 = lo(p1), y2 = hi(p0) ^ x3 ^ k1, y3 = lo(p0);
      x0 = y0, x1 = y1, x2 = y2, x3 = y3;
      k0 += 0x9E3779B9U, k1 += 0xBB67AE85U;
    }
    return {std::uint64_t{x1} << 32 | x0, std::uint64_t{x3} << 32 | x2};
  }

  /// The n-th number uniform in (0, 1): never 0, so that its logarithm is finite.
  constexpr double uniform(std::uint64_t counter) const { return unit(bits(counter)[0]); }

  /// The n-th number of the exponential distribution with mean 1.
  double exponential(std::uint64_t counter) const { return -std::log(uniform(counter)); }

  /// The n-th number of the standard normal distribution (Box and Muller).
  double normal(std::uint64_t counter) const {
    const auto pair = bits(counter);
    return std::sqrt(-2.0 * std::log(unit(pair[0]))) * std::cos(6.283185307179586 * unit(pair[1]));
  }

  /// The n-th integer uniform in [0, limit). Requires limit > 0; biased by less than limit / 2^64.
  constexpr std::uint64_t below(std::uint64_t counter, std::uint64_t limit) const {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>((Wide{bits(counter)[0]} * limit) >> 64);
  }

 private:
  static constexpr std::uint32_t lo(std::uint64_t x) { return static_cast<std::uint32_t>(x); }
  static constexpr std::uint32_t hi(std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); }
  static constexpr double unit(std::uint64_t x) {
    return (static_cast<double>(x >> 12) + 0.5) * 0x1p-52;
  }
  static constexpr std::uint64_t mix(std::uint64_t h) {  // splitmix64's finaliser
    h += 0x9E3779B97F4A7C15U;
    h = (h ^ h >> 30) * 0xBF58476D1CE4E5B9U;
    h = (h ^ h >> 27) * 0x94D049BB133111EBU;
    return h ^ h >> 31;
  }
  std::uint64_t key_;
  std::uint64_t element_;
};

/// A stream's number from its name (FNV-1a), "connectivity/exc->inh" for one.
constexpr std::uint64_t stream_id(std::string_view name) {
  std::uint64_t h = 0xCBF29CE484222325U;
  for (const char c : name) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return h;
}

}  // namespace tutti
