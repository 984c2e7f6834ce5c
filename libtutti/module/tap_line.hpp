// SPDX-License-Identifier: MIT
#pragma once
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <zmq.hpp>

#include "taps.hpp"
#include "tutti/control/keys.hpp"

namespace tutti::module {

/// This process's line to the gateway, on a thread of its own that has what the others leave: who
/// simulates goes first, and so does the control thread, on which leases come. Nothing here ever
/// waits: what the gateway is too slow for is lost, and shows as such since chunks count what was
/// lost.
class TapLine {
 public:
  /// An empty endpoint: there is no gateway, and no thread.
  TapLine(const std::string& endpoint, const control::Keys& keys, Taps& taps);
  /// Ships what is left.
  ~TapLine();
  TapLine(const TapLine&) = delete;
  TapLine& operator=(const TapLine&) = delete;
  /// This process is done: from here on all there is goes out at once, whatever the rates.
  void hasten() { hastens_.store(true, std::memory_order_relaxed); }

 private:
  using Clock = std::chrono::steady_clock;
  void work(const std::string& endpoint, const control::Keys& keys);
  void serve(zmq::socket_t& socket, bool all);
  void receive(zmq::socket_t& socket);

  Taps& taps_;
  int wake_fd_;  // when it is time to leave
  Clock::time_point shipped_{};
  std::atomic<bool> hastens_{false}, leaving_{false};
  std::thread thread_;
};

}  // namespace tutti::module
