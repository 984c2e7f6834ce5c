// SPDX-License-Identifier: MIT
#pragma once
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tutti::module {

/// Records of one size on their way from the main thread to the tap line: bounded, without
/// locks, one writer and one reader. What finds no room is the writer's to count.
class TapRing {
 public:
  /// `words`: of 8 bytes in a record. Room for about `bytes`, for two records at least.
  TapRing(std::size_t words, std::size_t bytes)
      : words_{words},
        slots_{std::max<std::size_t>(2, bytes / (8 * words))},
        store_(words_ * slots_) {}

  /// Where the next record goes, or nullptr where there is no room. The writer's.
  std::uint64_t* claim() {
    const auto next = written_.load(std::memory_order_relaxed);
    if (next - known_read_ == slots_) {
      known_read_ = read_.load(std::memory_order_acquire);
      if (next - known_read_ == slots_) return nullptr;
    }
    return &store_[words_ * (next % slots_)];
  }
  /// What claim() gave is filled.
  void commit() {
    written_.store(written_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

  /// Gives everything that is there to `take(record)`; returns how many bytes it was. The reader's.
  template <typename Take>
  std::size_t drain(Take&& take) {
    const auto until = written_.load(std::memory_order_acquire);
    const auto from = read_.load(std::memory_order_relaxed);
    for (auto k = from; k != until; ++k) take(&store_[words_ * (k % slots_)]);
    read_.store(until, std::memory_order_release);
    return static_cast<std::size_t>(until - from) * words_ * 8;
  }
  std::size_t size() const {
    return static_cast<std::size_t>(written_.load(std::memory_order_acquire) -
                                    read_.load(std::memory_order_relaxed));
  }

 private:
  std::size_t words_, slots_;
  std::vector<std::uint64_t> store_;
  std::uint64_t known_read_ = 0;  // the writer's
  alignas(64) std::atomic<std::uint64_t> written_{0};
  alignas(64) std::atomic<std::uint64_t> read_{0};
};

}  // namespace tutti::module
