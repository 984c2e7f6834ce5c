// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace cell::point {

/// How many of many faint inputs arrive in a step: counts of a Poisson distribution, looked up from
/// 32 random bits (inversion; Devroye 1986, III.2), so four steps of a neuron share one call of the
/// generator.
class PoissonCounts {
 public:
  /// `mean` per step, at most 10000.
  explicit PoissonCounts(double mean = 0);

  std::uint16_t operator()(std::uint32_t bits) const {
    std::uint32_t count = guide_[bits >> 24];
    while (bits >= up_to_[count]) ++count;
    return static_cast<std::uint16_t>(lowest_ + count);
  }

 private:
  std::vector<std::uint64_t> up_to_;  // 2^32 P(X <= lowest_ + k); the last is 2^32
  std::array<std::uint32_t, 256> guide_{};
  std::uint32_t lowest_ = 0;
};

/// A Poisson train of its own for each of some neurons, from start to stop, as counts per step.
class PoissonDrive {
 public:
  /// Events in the step that ends at an instant, on average.
  using Mean = std::function<double(std::uint64_t instant)>;
  /// Acts at instants in (start, stop]. `target` as in Contact; random numbers hang on (seed,
  /// stream, id). `changes` says whether `mean` is not the same at all instants.
  PoissonDrive(Mean mean, bool changes, double weight, std::uint64_t start, std::uint64_t stop,
               std::uint64_t seed, std::uint64_t stream, std::vector<std::uint64_t> ids,
               std::vector<std::uint32_t> targets);

  /// Adds what arrives at `instant` to its slot of the ring; returns the number of events.
  std::uint64_t add(std::uint64_t instant, double* slot);

 private:
  void draw(std::uint64_t block);

  Mean mean_;
  bool changes_;
  std::array<PoissonCounts, 4> counts_;  // of the instants of a block
  double weight_;
  std::uint64_t start_, stop_, seed_, stream_;
  std::vector<std::uint64_t> ids_;
  std::vector<std::uint32_t> targets_;
  std::uint64_t block_ = ~std::uint64_t{0};  // of four instants
  std::vector<std::uint16_t> drawn_;         // [4][neuron]
};

}  // namespace cell::point
