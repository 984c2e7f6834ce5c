// SPDX-License-Identifier: MIT
#pragma once
#include <bit>
#include <cstdint>
#include <map>

#include "tutti/time.hpp"

/// What makes two runs comparable without keeping their data: per port and bin of simulated time a
/// sum of mixed records, which knows no order and no ranks.
namespace tutti::plan {

inline constexpr Duration default_hash_bin{10'000'000'000};  ///< 10 ms

/// The bin of an instant: (n·bin, (n+1)·bin] is bin n, and 0 lies in the first. Requires t >= 0.
constexpr std::int64_t hash_bin(Time t, Duration bin = default_hash_bin) {
  return t > time_zero ? (ticks(t) - 1) / ticks(bin) : 0;
}

/// One step of the fold: splitmix64's finaliser (Steele, Lea & Flood, OOPSLA 2014) over h and a
/// word.
constexpr std::uint64_t mix_in(std::uint64_t h, std::uint64_t word) {
  h = (h ^ word) + 0x9E3779B97F4A7C15U;
  h = (h ^ h >> 30) * 0xBF58476D1CE4E5B9U;
  h = (h ^ h >> 27) * 0x94D049BB133111EBU;
  return h ^ h >> 31;
}

/// The mark of one spike, or of one value of a signal. Marks of a bin add up modulo 2^64.
constexpr std::uint64_t mix(Time t, std::int64_t element) {
  return mix_in(mix_in(0, static_cast<std::uint64_t>(ticks(t))),
                static_cast<std::uint64_t>(element));
}
constexpr std::uint64_t mix(Time t, std::int64_t element, double value) {
  return mix_in(mix(t, element), std::bit_cast<std::uint64_t>(value));
}

/// The hashes of one port, or of one rank's part of it: parts add up to the whole.
class PortHash {
 public:
  explicit PortHash(Duration bin = default_hash_bin) : bin_{bin} {}
  void add(Time t, std::int64_t element) { at(t) += mix(t, element); }
  void add(Time t, std::int64_t element, double value) { at(t) += mix(t, element, value); }
  /// The sum of the bin in which `t` lies, for loops over many records of one instant; valid until
  /// the hash is moved from or destroyed.
  std::uint64_t& at(Time t) { return sums_[hash_bin(t, bin_)]; }
  /// Adds what another rank saw. Requires the same bin.
  void add(const PortHash& other) {
    for (const auto& [number, sum] : other.sums_) sums_[number] += sum;
  }
  /// By bin number; bins in which nothing happened are absent.
  const std::map<std::int64_t, std::uint64_t>& bins() const { return sums_; }
  friend bool operator==(const PortHash&, const PortHash&) = default;

 private:
  Duration bin_;
  std::map<std::int64_t, std::uint64_t> sums_;
};

}  // namespace tutti::plan
