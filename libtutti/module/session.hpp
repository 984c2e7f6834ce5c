// SPDX-License-Identifier: MIT
#pragma once
#include <atomic>
#include <condition_variable>
#include <csignal>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "taps.hpp"
#include "tutti/control/keys.hpp"
#include "tutti/control/messages.hpp"

namespace tutti::module {

/// What a process says of itself ten times a second; written by the main thread.
struct Pulse {
  std::atomic<std::int64_t> clock{0};
  std::atomic<control::Activity> activity{control::Activity::joining};
  std::atomic<std::int64_t> waited_ns{0};
};

/// What a wait is for, for the broker's diagnosis.
struct WaitReason {
  bool on_connection = false;  ///< For what the source of a connection says.
  std::uint32_t connection = 0;
  std::uint32_t source_rank = 0;
  Time needed{};
  std::string what;
  bool for_room = false;  ///< For its target to make room.
};

/// A process's one connection to the broker, on one thread of its own: ZeroMQ DEALER, leases and
/// commands in, progress out. The main thread never touches the socket.
class Session {
 public:
  /// Connects; throws Error{lost} if `endpoint` is none.
  /// `sources`: where the run's gateway is, if it has one.
  Session(const std::string& endpoint, const control::Keys& keys, double broker_deadline_s,
          const std::string& sources = {});
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void send(control::Message message);
  /// The next message that is not handled here already (leases, stops), if there is one.
  std::optional<control::Message> poll();

  /// The run must end here: throws Error with the fault and reason that we were told, or found.
  void check() const {
    if (stopped_.load(std::memory_order_acquire)) throw_stopped();
  }
  bool stopped() const { return stopped_.load(std::memory_order_acquire); }
  /// Signals and the like: as if the broker had said stop.
  void stop(Fault fault, std::string reason);

  Time lease() const { return time_of(lease_.load(std::memory_order_acquire)); }
  Pulse& pulse() { return pulse_; }
  Taps& taps() { return taps_; }
  /// What people sent to this process's inputs since the last call; once it is here, it is here
  /// before the lease that lets its window begin.
  std::vector<control::Inject> injections();
  bool steered() const { return injected_.load(std::memory_order_acquire); }
  /// Checkpoints that were ordered since the last call; as with injections, they are here in time.
  std::vector<control::Save> save_orders();
  bool save_ordered() const { return save_ordered_.load(std::memory_order_acquire); }
  /// Modules that the run goes on without, since the last call.
  std::vector<std::string> losses();
  bool losing() const { return losing_.load(std::memory_order_acquire); }
  void waiting(const WaitReason& reason);
  void say(std::string line);
  /// Sends progress at once instead of at the next pulse.
  void hurry();

  /// A signal handler's note: a number that becomes other than 0 stops this process.
  void watch_signal(const volatile std::sig_atomic_t* number) { signal_ = number; }
  /// What ends a sleep of the main thread, called on the control thread when something came for it.
  /// Nothing: it no longer sleeps.
  void wake_main_by(std::function<void()> wake_main);
  /// Called on the control thread when the main thread did not react to a stop in time.
  void on_unheeded_stop(std::function<void()> act) { unheeded_ = std::move(act); }

 private:
  void loop(const std::string& endpoint, const std::string& sources, const control::Keys& keys);
  void handle(control::Message&& message);
  control::Progress progress();
  [[noreturn]] void throw_stopped() const;
  void wake() const;

  double broker_deadline_s_;
  int wake_fd_;
  mutable std::mutex mutex_;
  std::deque<control::Message> outgoing_, incoming_;
  WaitReason reason_;
  std::string line_;
  Fault stop_fault_ = Fault::peer;
  std::string stop_reason_;
  std::atomic<bool> stopped_{false}, leaving_{false}, hurried_{false};
  std::atomic<std::int64_t> lease_{0};
  std::int64_t started_ns_;
  Pulse pulse_;
  Taps taps_;
  std::atomic<bool> injected_{false};
  std::vector<control::Inject> injections_;
  std::atomic<bool> save_ordered_{false};
  std::vector<control::Save> save_orders_;
  std::atomic<bool> losing_{false};
  std::vector<std::string> losses_;
  std::atomic<const volatile std::sig_atomic_t*> signal_{nullptr};
  std::function<void()> unheeded_, wake_main_;
  std::thread thread_;
};

}  // namespace tutti::module
