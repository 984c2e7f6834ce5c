// SPDX-License-Identifier: MIT
#include "session.hpp"

#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstring>
#include <utility>
#include <zmq.hpp>

#include "tap_line.hpp"
#include "tutti/error.hpp"

namespace tutti::module {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto pulse_period = std::chrono::milliseconds{100};
constexpr auto patience_after_stop = std::chrono::seconds{5};

std::int64_t now_ns() { return Clock::now().time_since_epoch().count(); }

}  // namespace

Session::Session(const std::string& endpoint, const control::Keys& keys, double broker_deadline_s,
                 const std::string& sources)
    : broker_deadline_s_{broker_deadline_s},
      wake_fd_{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)},
      started_ns_{now_ns()} {
  sigset_t all, old;  // signals are for the main thread
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old);
  thread_ = std::thread{[this, endpoint, sources, keys] { loop(endpoint, sources, keys); }};
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
}

Session::~Session() {
  leaving_ = true;
  wake();
  thread_.join();
  ::close(wake_fd_);
}

void Session::wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_fd_, &one, sizeof one);
}

void Session::send(control::Message message) {
  {
    const std::scoped_lock lock{mutex_};
    outgoing_.push_back(std::move(message));
  }
  wake();
}

std::optional<control::Message> Session::poll() {
  const std::scoped_lock lock{mutex_};
  if (incoming_.empty()) return std::nullopt;
  auto message = std::move(incoming_.front());
  incoming_.pop_front();
  return message;
}

void Session::stop(Fault fault, std::string reason) {
  const std::scoped_lock lock{mutex_};
  if (stopped_) return;
  stop_fault_ = fault;
  stop_reason_ = std::move(reason);
  stopped_.store(true);
  if (wake_main_) wake_main_();
}

void Session::wake_main_by(std::function<void()> wake_main) {
  const std::scoped_lock lock{mutex_};
  wake_main_ = std::move(wake_main);
}

void Session::throw_stopped() const {
  const std::scoped_lock lock{mutex_};
  throw Error{stop_fault_, "{}", stop_reason_};
}

void Session::waiting(const WaitReason& reason) {
  const std::scoped_lock lock{mutex_};
  reason_ = reason;
}

void Session::say(std::string line) {
  const std::scoped_lock lock{mutex_};
  line_ = std::move(line);
}

std::vector<control::Inject> Session::injections() {
  const std::scoped_lock lock{mutex_};
  injected_.store(false);
  return std::exchange(injections_, {});
}

std::vector<control::Save> Session::save_orders() {
  const std::scoped_lock lock{mutex_};
  save_ordered_.store(false);
  return std::exchange(save_orders_, {});
}

std::vector<std::string> Session::losses() {
  const std::scoped_lock lock{mutex_};
  losing_.store(false);
  return std::exchange(losses_, {});
}

void Session::hurry() {
  if (!hurried_.exchange(true)) wake();
}

control::Progress Session::progress() {
  control::Progress p;
  p.clock = time_of(pulse_.clock.load(std::memory_order_relaxed));
  p.activity = pulse_.activity.load(std::memory_order_relaxed);
  const std::scoped_lock lock{mutex_};
  p.line = line_;
  if (p.activity == control::Activity::waiting) {
    p.connection = reason_.connection;
    p.source_rank = reason_.source_rank;
    p.needed = reason_.needed;
    p.what = reason_.on_connection ? std::string{} : reason_.what;
  }
  p.wait_seconds = 1e-9 * static_cast<double>(pulse_.waited_ns.load(std::memory_order_relaxed));
  p.compute_seconds = 1e-9 * static_cast<double>(now_ns() - started_ns_) - p.wait_seconds;
  return p;
}

void Session::handle(control::Message&& message) {
  if (const auto* lease = std::get_if<control::Lease>(&message)) {
    lease_.store(ticks(lease->until));
    const std::scoped_lock lock{mutex_};
    if (wake_main_) wake_main_();
  } else if (auto* inject = std::get_if<control::Inject>(&message)) {
    const std::scoped_lock lock{mutex_};
    injections_.push_back(std::move(*inject));
    injected_.store(true, std::memory_order_release);
  } else if (auto* save = std::get_if<control::Save>(&message)) {
    const std::scoped_lock lock{mutex_};
    save_orders_.push_back(std::move(*save));
    save_ordered_.store(true, std::memory_order_release);
  } else if (auto* loss = std::get_if<control::Lost>(&message)) {
    const std::scoped_lock lock{mutex_};
    losses_.push_back(std::move(loss->module));
    losing_.store(true, std::memory_order_release);
    if (wake_main_) wake_main_();
  } else if (const auto* order = std::get_if<control::Stop>(&message)) {
    stop(order->fault, order->reason);
  } else {
    if (const auto* start = std::get_if<control::Start>(&message))
      lease_.store(ticks(start->lease));
    const std::scoped_lock lock{mutex_};
    incoming_.push_back(std::move(message));
    if (wake_main_) wake_main_();
  }
}

void Session::loop(const std::string& endpoint, const std::string& sources,
                   const control::Keys& keys) {
  zmq::context_t context{1};
  zmq::socket_t socket{context, zmq::socket_type::dealer};
  socket.set(zmq::sockopt::linger, 1000);
  socket.set(zmq::sockopt::sndhwm, 0);
  socket.set(zmq::sockopt::rcvhwm, 0);
  try {
    control::visit(socket, keys);
    socket.connect(endpoint);
  } catch (const zmq::error_t& e) {
    stop(Fault::lost, fmt::format("cannot reach the broker at {}: {}", endpoint, e.what()));
    return;
  }
  TapLine tap_line{sources, keys, taps_};
  auto next_pulse = Clock::now(), last_heard = Clock::now();
  std::optional<Clock::time_point> stopped_at;
  std::array<zmq::pollitem_t, 2> items{
      {{socket.handle(), 0, ZMQ_POLLIN, 0}, {nullptr, wake_fd_, ZMQ_POLLIN, 0}}};
  const auto send_now = [&](const control::Message& message) {
    const auto bytes = control::encode(message);
    socket.send(zmq::buffer(bytes), zmq::send_flags::dontwait);
  };
  for (bool joined = false;;) {
    zmq::poll(items.data(), items.size(), std::chrono::milliseconds{20});
    std::uint64_t wakes = 0;
    [[maybe_unused]] const auto read = ::read(wake_fd_, &wakes, sizeof wakes);
    for (zmq::message_t raw; socket.recv(raw, zmq::recv_flags::dontwait);) {
      last_heard = Clock::now();
      try {
        handle(control::decode({raw.data<std::byte>(), raw.size()}));
      } catch (const Error& e) {
        stop(e.fault(), fmt::format("the broker sent {}", e.what()));
      }
    }
    std::deque<control::Message> outgoing;
    {
      const std::scoped_lock lock{mutex_};
      outgoing.swap(outgoing_);
    }
    for (const auto& message : outgoing) {
      joined = joined || std::holds_alternative<control::Join>(message);
      send_now(message);
    }
    const auto now = Clock::now();
    if (joined && (now >= next_pulse || hurried_.exchange(false))) {
      send_now(progress());
      next_pulse = now + pulse_period;
    }
    if (now - last_heard > std::chrono::duration<double>(broker_deadline_s_))
      stop(Fault::lost, fmt::format("nothing heard from the broker at {} for {} s", endpoint,
                                    broker_deadline_s_));
    if (leaving_) return;
    if (pulse_.activity.load(std::memory_order_relaxed) == control::Activity::done)
      tap_line.hasten();
    if (const auto* number = signal_.load(); number != nullptr && *number != 0)
      stop(Fault::interrupted,
           fmt::format("told to end by signal {} ({})", static_cast<int>(*number),
                       ::strsignal(static_cast<int>(*number))));
    if (stopped() && !stopped_at) stopped_at = now;
    if (stopped_at && unheeded_ && now - *stopped_at > patience_after_stop) unheeded_();
  }
}

}  // namespace tutti::module
