// SPDX-License-Identifier: MIT
#pragma once
#include <atomic>
#include <cstdint>

namespace tutti::transport {

/// What a process sleeps on; others on the same host ring it. Lies in shared memory, starts as
/// zeros.
///
/// Ringing is for the fast path, so it costs a look and no fence: whoever goes to sleep pays for
/// both (membarrier, which makes every other core finish its stores). Where the system has no
/// membarrier, a ring may be missed in a window of nanoseconds; sleeps are short, so that costs
/// time and nothing else.
class Bell {
 public:
  /// After something was published (memory_order_release or stronger).
  void ring() {
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (asleep_.load(std::memory_order_relaxed) != 0) wake();
  }

  /// Sleeps until somebody rings, `ready()` or at most `limit_ns`.
  template <typename Ready>
  void sleep(std::int64_t limit_ns, Ready&& ready) {
    const auto seen = lie_down();
    if (!ready()) wait(seen, limit_ns);
    asleep_.store(0, std::memory_order_relaxed);
  }

 private:
  std::uint32_t lie_down();
  void wait(std::uint32_t seen, std::int64_t limit_ns);
  void wake();

  std::atomic<std::uint32_t> rings_;
  std::atomic<std::uint32_t> asleep_;
};
static_assert(std::atomic<std::uint32_t>::is_always_lock_free);

}  // namespace tutti::transport
