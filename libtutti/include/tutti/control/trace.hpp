// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>

/// The trace of one process, `trace/MODULE.RANK.trace` in the run folder: one line of JSON that
/// says what the numbers mean (module, rank, number, outputs, connections by id), then entries.
namespace tutti::control {

enum class TraceKind : std::uint16_t {
  compute,  ///< The module's own: a window. Waits and sends inside it have entries of their own.
  data,     ///< Waits for rank `rank` of the source of connection `what`.
  room,     ///< Waits until the target of connection `what` has room.
  other,    ///< Waits for anything else: a lease, its own other ranks, the end.
  send,     ///< Output number `what` goes.
};

struct TraceEntry {
  std::int64_t begin_ns = 0;  ///< CLOCK_MONOTONIC, the same for all processes of a host.
  std::int64_t tick = 0;      ///< Begin of the window.
  std::uint32_t length_ns = 0;
  TraceKind kind = TraceKind::compute;
  std::uint16_t rank = 0;
  std::uint32_t what = 0;
  std::uint32_t reserved = 0;
};
static_assert(sizeof(TraceEntry) == 32);

}  // namespace tutti::control
