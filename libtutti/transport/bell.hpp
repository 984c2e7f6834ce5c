// SPDX-License-Identifier: MIT
#pragma once
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>

namespace tutti::transport {

/// What a process sleeps on; others on the same host ring it. Lies in shared memory, starts as
/// zeros.
///
/// Nobody is missed: a sleeper says so before it looks for the last time, and a ringer publishes
/// before it looks whether somebody sleeps (all four sequentially consistent).
struct Bell {
  std::atomic<std::uint32_t> rings;
  std::atomic<std::uint32_t> asleep;

  /// After something was published with memory_order_seq_cst.
  void ring() {
    if (asleep.load(std::memory_order_seq_cst) != 0) wake();
  }

  /// Sleeps until somebody rings, `ready()` or at most `limit_ns`.
  template <typename Ready>
  void sleep(std::int64_t limit_ns, Ready&& ready) {
    asleep.store(1, std::memory_order_seq_cst);
    const auto seen = rings.load(std::memory_order_seq_cst);
    if (!ready()) {
      const timespec limit{limit_ns / 1'000'000'000, limit_ns % 1'000'000'000};
      ::syscall(SYS_futex, &rings, FUTEX_WAIT, seen, &limit, nullptr, 0);
    }
    asleep.store(0, std::memory_order_seq_cst);
  }

 private:
  void wake() {
    if (asleep.exchange(0, std::memory_order_seq_cst) == 0) return;  // somebody else does
    rings.fetch_add(1, std::memory_order_seq_cst);
    ::syscall(SYS_futex, &rings, FUTEX_WAKE, 1, nullptr, nullptr, 0);
  }
};
static_assert(std::atomic<std::uint32_t>::is_always_lock_free);

}  // namespace tutti::transport
