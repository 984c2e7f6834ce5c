// SPDX-License-Identifier: MIT
#pragma once
#include <chrono>
#include <string>
#include <zmq.hpp>

#include "taps.hpp"
#include "tutti/control/keys.hpp"

namespace tutti::module {

/// The control thread's line to the gateway. Nothing here ever waits: what the gateway is too slow
/// for is lost, and shows as such since chunks count what was lost.
class TapLine {
 public:
  /// An empty endpoint: there is no gateway.
  TapLine(zmq::context_t& context, const std::string& endpoint, const control::Keys& keys,
          Taps& taps);
  void* handle() { return socket_.handle(); }
  /// Answers what came, ships what the main thread copied: to be called about 50 times a second.
  void serve(bool last);

 private:
  using Clock = std::chrono::steady_clock;
  void receive();
  bool send(const tap::Note& note);

  Taps& taps_;
  zmq::socket_t socket_;
  bool on_;
  Clock::time_point shipped_{};
};

}  // namespace tutti::module
