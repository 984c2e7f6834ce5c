// SPDX-License-Identifier: MIT
#include "bell.hpp"

#include <linux/futex.h>
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

namespace tutti::transport {

std::uint32_t Bell::lie_down() {
  static const bool registered =
      ::syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED, 0, 0) == 0;
  asleep_.store(1, std::memory_order_seq_cst);
  if (registered) ::syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL_EXPEDITED, 0, 0);
  return rings_.load(std::memory_order_seq_cst);
}

void Bell::wait(std::uint32_t seen, std::int64_t limit_ns) {
  constexpr std::int64_t second = 1'000'000'000;
  const timespec limit{limit_ns / second, limit_ns % second};
  ::syscall(SYS_futex, &rings_, FUTEX_WAIT, seen, &limit, nullptr, 0);
}

void Bell::wake() {
  if (asleep_.exchange(0, std::memory_order_seq_cst) == 0) return;  // somebody else does
  rings_.fetch_add(1, std::memory_order_seq_cst);
  ::syscall(SYS_futex, &rings_, FUTEX_WAKE, 1, nullptr, nullptr, 0);
}

}  // namespace tutti::transport
