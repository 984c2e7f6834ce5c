// SPDX-License-Identifier: MIT
#include "tap_line.hpp"

#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>

#include "tutti/error.hpp"

namespace tutti::module {
namespace {

constexpr int politeness = 19;  // nice level
constexpr std::chrono::milliseconds shipping_period{20};
constexpr std::chrono::milliseconds idle_period{50};  // until there is something to introduce
constexpr int most_waiting = 64;                      // chunks for a gateway that is busy

bool send(zmq::socket_t& socket, const tap::Note& note) {
  const auto bytes = tap::encode_note(note);
  return socket.send(zmq::buffer(bytes), zmq::send_flags::dontwait).has_value();
}

}  // namespace

TapLine::TapLine(const std::string& endpoint, const control::Keys& keys, Taps& taps)
    : taps_{taps}, wake_fd_{::eventfd(0, EFD_CLOEXEC)} {
  if (!endpoint.empty()) thread_ = std::thread{[this, endpoint, keys] { work(endpoint, keys); }};
}

TapLine::~TapLine() {
  leaving_ = true;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_fd_, &one, sizeof one);
  if (thread_.joinable()) thread_.join();
  ::close(wake_fd_);
}

void TapLine::work(const std::string& endpoint, const control::Keys& keys) {
  ::setpriority(PRIO_PROCESS, 0, politeness);  // of this thread, and of ZeroMQ's that it starts
  zmq::context_t context{1};
  zmq::socket_t socket{context, zmq::socket_type::dealer};
  socket.set(zmq::sockopt::linger, 200);
  socket.set(zmq::sockopt::sndhwm, most_waiting);
  control::visit(socket, keys);
  try {
    socket.connect(endpoint);
  } catch (const zmq::error_t& e) {  // nobody can look; the run goes on
    fmt::print(stderr, "cannot reach the gateway at {}: {}\n", endpoint, e.what());
    return;
  }
  std::array<zmq::pollitem_t, 2> items{
      {{socket.handle(), 0, ZMQ_POLLIN, 0}, {nullptr, wake_fd_, ZMQ_POLLIN, 0}}};
  while (!leaving_) {
    ::zmq_poll(items.data(), 2, (taps_.any() ? shipping_period : idle_period).count());
    serve(socket, hastens_.load(std::memory_order_relaxed));
  }
  serve(socket, true);
}

void TapLine::receive(zmq::socket_t& socket) {
  for (zmq::message_t raw; socket.recv(raw, zmq::recv_flags::dontwait);) {
    try {
      tap::Note reply;
      if (taps_.answer(tap::decode_note({raw.data<std::byte>(), raw.size()}), reply))
        send(socket, reply);
    } catch (const Error& e) {  // whatever it is, it is no reason to end a run
      fmt::print(stderr, "dropped a note of the gateway: {}\n", e.what());
    }
  }
}

void TapLine::serve(zmq::socket_t& socket, bool all) {
  if (tap::Introduction introduction; taps_.introduce(introduction)) send(socket, introduction);
  receive(socket);
  if (!taps_.any()) return;
  const auto now = Clock::now();
  if (now - shipped_ < shipping_period && !all) return;
  shipped_ = now;
  const double now_s = std::chrono::duration<double>(now.time_since_epoch()).count();
  taps_.collect(now_s, all, [&](const tap::Chunk& chunk) { return send(socket, chunk); });
}

}  // namespace tutti::module
