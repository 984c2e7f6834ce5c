// SPDX-License-Identifier: MIT
#pragma once
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "outlets.hpp"
#include "tap.hpp"
#include "tutti/control/source_notes.hpp"

namespace tutti::module {

/// All taps of one process, between its main thread and the tap line's. Where nothing is tapped,
/// the main thread looks at one flag per window.
class Taps {
 public:
  /// What can be told and tapped: an output has an outlet and a table, an input neither. Pointers
  /// hold until close().
  struct Port {
    tap::Introduction::Port info;
    Outlet* outlet = nullptr;
    const ElementTable* table = nullptr;
  };

  // the main thread's
  /// The run begins.
  void open(tap::Introduction introduction, std::vector<Port> ports);
  /// At the begin of a window: takes over what the tap line ordered since. Never waits.
  void settle(Time clock) {
    if (changed_.load(std::memory_order_acquire)) [[unlikely]]
      take_over(clock);
  }
  /// Ports are about to go.
  void close();

  // the tap line's
  /// The introduction, once.
  bool introduce(tap::Introduction& introduction);
  /// What is said to an order, a cancel or a question: nothing, or an answer.
  bool answer(const tap::Note& note, tap::Note& reply);
  /// Calls `ship(chunk)` for each tap that has something; false: it was not to be shipped.
  template <typename Ship>
  void collect(double now_s, bool all, Ship&& ship) {
    const std::scoped_lock lock{mutex_};
    tap::Chunk chunk;
    for (auto& tap : taps_)
      if (tap->collect(chunk, now_s, all) && !ship(chunk)) tap->lose(chunk.times.size());
  }
  bool any() const { return any_; }

 private:
  void take_over(Time clock);
  void order(const tap::Order& order);
  void forget_released();
  Port* find(const std::string& output);

  std::mutex mutex_;
  std::atomic<bool> changed_{false};
  bool open_ = false, told_ = false;
  bool any_ = false;  // the tap line's
  tap::Introduction introduction_;
  std::vector<Port> ports_;
  std::vector<std::unique_ptr<Tap>> taps_;
};

}  // namespace tutti::module
