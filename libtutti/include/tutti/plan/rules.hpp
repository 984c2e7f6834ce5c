// SPDX-License-Identifier: MIT
#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>

#include "tutti/plan/graph.hpp"
#include "tutti/time.hpp"

/// The rules of delivery (DESIGN section 4), each as one small function. The planner, the reference
/// executor and the transports all use these and nothing of their own, so they cannot disagree.
/// Requires everywhere: steps > 0, delays and instants >= 0 and below 2^61 ticks (26 days).
namespace tutti::plan {

/// `t` rounded down, or up, to a whole multiple of `grid`. Requires t >= 0, grid > 0.
constexpr Time down(Time t, Duration grid) { return t - t.time_since_epoch() % grid; }
constexpr Time up(Time t, Duration grid) {
  const Duration rest = t.time_since_epoch() % grid;
  return rest == Duration::zero() ? t : t + (grid - rest);
}

/// How far the source must have spoken before a target that is at `t` may take the next act (read
/// its signals, or enter its window); none where nothing is needed yet. A source that has ended has
/// said everything: callers compare with min(needed, end of the source).
constexpr std::optional<Time> needed_until(const Delivery& c, Time t) {
  if (c.kind != Kind::signal) {
    const Time needed = t + c.target_step - c.delay;
    return needed > time_zero ? std::optional{needed} : std::nullopt;
  }
  const Time read = t - c.delay;
  if (read < time_zero) return std::nullopt;
  return c.take == Take::linear ? up(read, c.source_step) : down(read, c.source_step);
}

/// The instants of spikes and messages that the window beginning at `t` takes, as sent: those with
/// begin < sent <= end.
constexpr Window taken_by_window(const Delivery& c, Time t) {
  return {t - c.delay, t + c.target_step - c.delay};
}

/// The window of a target, by its begin, that takes what was sent at `sent`.
constexpr Time window_of(const Delivery& c, Time sent) {
  return up(sent + c.delay, c.target_step) - c.target_step;
}

/// The instants of samples that `all` takes at `t`: those with begin < sample <= end.
constexpr Window taken_by_all(const Delivery& c, Time t) {
  return {t - c.target_step - c.delay, t - c.delay};
}

/// What `latest` and `linear` read at one T: the sample at `before` and, where `between`, also the
/// one a source step later, as x0 + weight · (x1 - x0).
struct Reading {
  Time before;
  bool between = false;
  double weight = 0.0;
  friend bool operator==(const Reading&, const Reading&) = default;
};

/// What a target at `t` reads from a source that ends at `source_end`; none where it reads
/// `initial`.
constexpr std::optional<Reading> reading(const Delivery& c, Time t, Time source_end) {
  const Time read = t - c.delay;
  if (read < time_zero) return std::nullopt;
  const Time last = down(source_end, c.source_step);
  const Time before = std::min(down(read, c.source_step), last);
  if (c.take != Take::linear || read == before || before + c.source_step > last)
    return Reading{before};
  return Reading{
      before, true,
      static_cast<double>((read - before).count()) / static_cast<double>(c.source_step.count())};
}

/// The value between two samples: three rounded operations, never fused (-ffp-contract=off).
constexpr double between(double x0, double x1, double weight) {
  const double difference = x1 - x0;
  const double share = weight * difference;
  return x0 + share;
}

/// In the target's unit. A scale of 1 changes nothing, not even a signalling NaN.
constexpr double scaled(double value, double scale) { return scale != 1.0 ? scale * value : value; }

/// How far back from a target's clock that may reach which a target still has to read: what `all`
/// and `linear` look back, and a sample more, so that none is on the edge.
constexpr Duration looks_back(Duration delay, Duration source_step, Duration target_step) {
  return delay + source_step + std::max(source_step, target_step);
}

/// When a frame that holds what happened at `t` ends. Frame n covers ((n-1)·interval, n·interval],
/// frame 0 is the sample at 0 alone; the last frame is short and ends with the source.
constexpr Time frame_end(Duration interval, Time t, Time source_end) {
  return std::min(up(t, interval), source_end);
}

/// The number of the frame that ends at `boundary`, a whole multiple of `interval` or the end.
constexpr std::int64_t frame_number(Duration interval, Time boundary) {
  return ticks(up(boundary, interval)) / ticks(interval);
}

/// Does a frame go out when the source reaches `t`? At 0 only signals have something to say; the
/// end of the source closes the last frame.
constexpr bool sends_at(Kind kind, Duration interval, Time t, Time source_end) {
  if (t == source_end) return true;
  if (t == time_zero) return kind == Kind::signal;
  return t.time_since_epoch() % interval == Duration::zero();
}

/// The target clock that a source with `credits` must see before it may enter the window
/// (clock, clock + source_step]: the end of frame n - credits plus the delay, where frame n ends in
/// that window; none where no whole frame ends there or nothing has to be released yet.
constexpr std::optional<Time> release_needed(const Delivery& c, Duration interval,
                                             std::int64_t credits, Time clock) {
  const Time boundary = down(clock + c.source_step, interval);
  if (boundary <= clock) return std::nullopt;
  const std::int64_t old_number = ticks(boundary) / ticks(interval) - credits;
  const std::int64_t first_number = c.kind == Kind::signal ? 0 : 1;
  if (old_number < first_number) return std::nullopt;
  return Time{interval * old_number} + c.delay;
}

}  // namespace tutti::plan
