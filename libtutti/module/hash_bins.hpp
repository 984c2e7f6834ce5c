// SPDX-License-Identifier: MIT
#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "hash_kernel.hpp"
#include "tutti/elements.hpp"
#include "tutti/plan/hash.hpp"
#include "tutti/spikes.hpp"

namespace tutti::module {

/// The hashes of one port on one rank, by bin number from 0. A bin of 0 switches hashing off.
class HashBins {
 public:
  explicit HashBins(Duration bin) : bin_{bin} {}
  bool on() const { return bin_ > Duration::zero(); }
  const std::vector<std::uint64_t>& bins() const { return bins_; }
  /// Adds what was hashed before.
  void restore(std::span<const std::uint64_t> bins) {
    bins_.resize(std::max(bins_.size(), bins.size()));
    for (std::size_t k = 0; k < bins.size(); ++k) bins_[k] += bins[k];
  }
  /// As if this spike had not been added; it will be once more.
  void take_back(Time t, std::uint64_t element) {
    if (on()) at(t) -= plan::mix(t, static_cast<std::int64_t>(element));
  }

  void add(Time t, std::uint64_t element) {
    if (on()) at(t) += plan::mix(t, static_cast<std::int64_t>(element));
  }
  /// The keys of a frame, by ascending time.
  void add(std::span<const std::uint64_t> keys, const SpikeCode& code) {
    for (std::size_t k = 0; k < keys.size();) {
      auto& sum = at(code.decode(keys[k]).time);
      // the first key past the bin
      const Time bin_end = time_zero + bin_ * (plan::hash_bin(code.decode(keys[k]).time, bin_) + 1);
      const auto most = static_cast<std::uint64_t>((bin_end - code.begin).count());
      for (; k < keys.size() && keys[k] >> code.element_bits <= most; ++k) {
        const auto spike = code.decode(keys[k]);
        sum += plan::mix(spike.time, static_cast<std::int64_t>(spike.element));
      }
    }
  }
  /// A sample: the part that all its values share is mixed once.
  void add(Time t, const Elements& elements, std::span<const double> values) {
    if (!on() || values.empty()) return;
    const auto instant = plan::mix_in(0, static_cast<std::uint64_t>(ticks(t)));
    static const MarkValues mark = mark_values();
    std::uint64_t sum = 0;
    const double* next = values.data();
    for (const auto& range : elements.ranges()) {
      sum += mark(instant, range.first, range.stride, next, range.count);
      next += range.count;
    }
    at(t) += sum;
  }
  void add(Time t, std::span<const std::byte> bytes) {
    if (!on()) return;
    auto h = plan::mix_in(0, static_cast<std::uint64_t>(ticks(t)));
    for (const auto b : bytes) h = plan::mix_in(h, static_cast<std::uint64_t>(b));
    at(t) += h;
  }

 private:
  std::uint64_t& at(Time t) {
    const auto number = static_cast<std::size_t>(plan::hash_bin(t, bin_));
    if (number >= bins_.size()) bins_.resize(number + 1);
    return bins_[number];
  }
  Duration bin_;
  std::vector<std::uint64_t> bins_;
};

}  // namespace tutti::module
