// SPDX-License-Identifier: MIT
#pragma once
#include <atomic>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "../transport/index_map.hpp"
#include "tap_ring.hpp"
#include "tutti/control/source_notes.hpp"

namespace tutti::module {

/// A copy of what one output of this rank says, as a stream of the gateway ordered it. The main
/// thread fills it and never waits: what finds no room is lost and counted.
class Tap {
 public:
  /// `own`: this rank's elements of the output. The order's elements are among all ranks' ones.
  Tap(const tap::Order& order, const Elements& own, PortKind kind);

  const tap::Order& order() const { return order_; }

  // the main thread's
  /// From the window that begins at `clock` on.
  void begin(Time clock);
  void spike(Time t, std::uint64_t element, std::size_t place) {
    if (!chosen_.empty() && !chosen_[place]) return;
    auto* record = ring_.claim();
    if (record == nullptr) return lose(1);
    record[0] = static_cast<std::uint64_t>(ticks(t)), record[1] = element;
    ring_.commit();
  }
  /// One value per element of this rank, ascending.
  void sample(Time t, std::span<const double> values);
  /// Nothing more will come at or before `t`.
  void reach(Time t) { reached_.store(ticks(t), std::memory_order_release); }

  // the tap line's
  /// What came since the last time. Empty where the stream's rate allows no more yet, or nothing
  /// happened; `all`: whatever the rate.
  bool collect(tap::Chunk& chunk, double now_s, bool all);
  /// Of what was collected, that much was not shipped.
  void lose(std::uint64_t count) { lost_.fetch_add(count, std::memory_order_relaxed); }
  void set_rate(std::uint64_t bytes_per_second) { order_.bytes_per_second = bytes_per_second; }

  /// Set by the tap line: the main thread lets go of it, and says so.
  bool cancelled = false;
  bool released = false;

 private:
  void add(std::span<const double> values);
  void write(Time t, const double* values);
  static std::size_t record_words(const tap::Order& order, PortKind kind, std::size_t elements);

  tap::Order order_;
  PortKind kind_;
  Elements mine_;             // of this rank among those ordered, ascending
  std::vector<bool> chosen_;  // spikes: by place; empty: all
  transport::IndexMap map_;   // signals
  TapRing ring_;
  std::vector<double> reduced_, gathered_;
  std::size_t samples_ = 0;  // reduced so far
  bool whole_ = false;       // a stretch has begun at a multiple of `every`
  std::atomic<std::int64_t> begun_{std::numeric_limits<std::int64_t>::max()};
  std::atomic<std::int64_t> reached_{std::numeric_limits<std::int64_t>::min()};
  std::atomic<std::uint64_t> lost_{0};
  std::int64_t told_ = std::numeric_limits<std::int64_t>::min();  // the tap line's
  std::uint64_t told_lost_ = 0;
  double allowance_ = 0, counted_at_s_ = 0;
};

}  // namespace tutti::module
