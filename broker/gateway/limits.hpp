// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>

/// What observers may cost, in all and each. docs/adr/0011 says how the numbers were found.
namespace tutti::gateway {

inline constexpr int most_words_waiting = 64;          ///< For one observer.
inline constexpr std::int64_t longest_word = 1 << 20;  ///< From an observer. [bytes]
inline constexpr int most_words_at_once = 100;         ///< Read in one round of 20 ms.
inline constexpr int most_chunks_waiting = 256;        ///< From one process.
inline constexpr int most_chunks_at_once = 1000;       ///< Read in one round.
inline constexpr std::size_t most_observers = 64;
inline constexpr std::size_t most_subscriptions = 64;   ///< Of one observer.
inline constexpr std::size_t most_streams = 48;         ///< Tapped at once, of the whole run.
inline constexpr std::size_t most_commands = 1000;      ///< Under way.
inline constexpr std::size_t longest_sample = 4 << 20;  ///< One instant of a signal. [bytes]
inline constexpr std::uint64_t most_rows = 1 << 20;     ///< Of one element table.
inline constexpr std::size_t history_bytes = 64 << 20;  ///< Of all streams.
inline constexpr double tap_rate = 8e6;                 ///< From all processes. [bytes/s]
inline constexpr double least_rate = 2e5;               ///< A stream's. [bytes/s]
inline constexpr int most_batches_at_once = 8;          ///< Of one subscription in one round.
inline constexpr std::size_t most_printed = 16 << 20;   ///< Kept within one round. [bytes]
inline constexpr double observer_rate = 16e6;           ///< To one of them. [bytes/s]
inline constexpr double share_period_s = 0.5;           ///< Between two shares of the rate.
inline constexpr double pump_period_s = 0.04;
inline constexpr double slowest_pump_s = 0.4;
inline constexpr double core_share = 0.02;               ///< Of one core, that serving may take.
inline constexpr double idle_stream_s = 30;              ///< It is kept for a newcomer's history.
inline constexpr double patience_with_observers_s = 10;  ///< Without a hello.
inline constexpr double last_chunks_s = 0.1;             ///< After the end.

}  // namespace tutti::gateway
