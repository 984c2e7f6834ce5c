// SPDX-License-Identifier: MIT
#pragma once
#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tutti {

/// A length of simulated time. One tick is 1 ps, so 0.025 ms, 1/128 ms and 106 days are exact.
using Duration = std::chrono::duration<std::int64_t, std::pico>;

/// The clock of the simulated world. It has no now(): only the plan moves time.
struct SimClock {
  using duration = Duration;
  using rep = Duration::rep;
  using period = Duration::period;
  using time_point = std::chrono::time_point<SimClock, Duration>;
  static constexpr bool is_steady = true;
};

/// An instant, from the run's start.
using Time = std::chrono::time_point<SimClock, Duration>;

inline constexpr Time time_zero{};

constexpr std::int64_t ticks(Duration d) { return d.count(); }
constexpr std::int64_t ticks(Time t) { return t.time_since_epoch().count(); }
constexpr Duration duration_of(std::int64_t tick_count) { return Duration{tick_count}; }
constexpr Time time_of(std::int64_t tick_count) { return Time{Duration{tick_count}}; }

/// For arithmetic in numerical code and for display; never for deciding what happens when.
constexpr double to_ms(Duration d) { return static_cast<double>(d.count()) / 1e9; }
constexpr double to_ms(Time t) { return to_ms(t.time_since_epoch()); }
constexpr double to_s(Duration d) { return static_cast<double>(d.count()) / 1e12; }

/// Configuration's way in: the exact length, or Error{config} where `ms` is no whole tick (within
/// what a double of that size can say) or is out of range.
Duration from_ms(double ms);

/// The way in for measured instants, a threshold crossing for one: the nearest tick.
Time nearest_tick(double ms);

/// Reads "25 us", "0.1 ms", "1/128 ms", "-3 s" exactly, never through a double. Units: ps ns us ms
/// s min h. Throws Error{config} saying what is wrong with `text`.
Duration parse_duration(std::string_view text);

/// The shortest exact way to write it: "0.1 ms", "25 us", "500 ms", "0 ms".
std::string to_string(Duration d);
inline std::string to_string(Time t) { return to_string(t.time_since_epoch()); }

/// The instants 0, step, 2·step, … at which a port has a sample. Requires step > 0.
struct Grid {
  Duration step{1};
  constexpr bool contains(Time t) const { return t.time_since_epoch() % step == Duration::zero(); }
  constexpr Time last_before_or_at(Time t) const { return t - t.time_since_epoch() % step; }
  friend constexpr bool operator==(const Grid&, const Grid&) = default;
};

/// One step of a module, the half-open (begin, end]. The last one of a run is empty: begin == end.
struct Window {
  Time begin;
  Time end;
  constexpr bool empty() const { return begin == end; }
  constexpr bool contains(Time t) const { return begin < t && t <= end; }
  constexpr Duration length() const { return end - begin; }
  friend constexpr bool operator==(const Window&, const Window&) = default;
};

}  // namespace tutti

template <>
struct fmt::formatter<tutti::Duration> : fmt::formatter<std::string> {
  template <typename Context>
  auto format(tutti::Duration d, Context& context) const {
    return fmt::formatter<std::string>::format(tutti::to_string(d), context);
  }
};
template <>
struct fmt::formatter<tutti::Time> : fmt::formatter<std::string> {
  template <typename Context>
  auto format(tutti::Time t, Context& context) const {
    return fmt::formatter<std::string>::format(tutti::to_string(t), context);
  }
};
