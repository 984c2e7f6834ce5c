// SPDX-License-Identifier: MIT
#pragma once
#include <chrono>
#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <zmq.hpp>

#include "tutti/control/run_info.hpp"
#include "tutti/control/tap.hpp"

namespace tutti::tap {

/// The file of a run folder that says where observers of other machines knock. They need the run's
/// keys, which are beside it: whoever has a copy of `control/` may look on.
std::filesystem::path far_door(const std::filesystem::path& folder);

/// Somebody who looks on at a run that is alive: a client of its gateway. Says hello every second
/// by itself while it is polled.
class Observer {
 public:
  /// `name`: for people. Goes through the far door where the near one is not on this machine.
  /// Throws Error{usage} where the run has no gateway.
  Observer(const control::RunInfo& run, std::string name);
  ~Observer();
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;

  /// The next word of the gateway, if one comes within `wait`.
  std::optional<Word> poll(std::chrono::milliseconds wait);
  void send(const Word& word);

  /// What there is. Waits until the run has begun; throws Error{lost} after `limit`.
  Welcome welcome(std::chrono::milliseconds limit);
  /// How the run is; nothing where the gateway does not answer within `limit`.
  std::optional<control::Status> state(std::chrono::milliseconds limit);
  /// Gives an order and waits for its answer; throws Error{lost} after `limit`.
  control::Answer ask(control::Command order, std::chrono::milliseconds limit);

 private:
  /// Waits for a word of one kind; what else comes is kept for poll().
  template <typename T>
  std::optional<T> await(std::chrono::milliseconds limit);
  void greet();

  std::string run_, name_;
  zmq::context_t context_{1};
  zmq::socket_t socket_;
  std::chrono::steady_clock::time_point greeted_{};
  std::deque<Word> kept_;
  std::uint32_t next_id_ = 1;
};

}  // namespace tutti::tap
