// SPDX-License-Identifier: MIT
#include "tap_line.hpp"

#include "tutti/error.hpp"

namespace tutti::module {
namespace {

constexpr auto shipping_period = std::chrono::milliseconds{20};
constexpr int most_waiting = 64;  // chunks for a gateway that is busy

}  // namespace

TapLine::TapLine(zmq::context_t& context, const std::string& endpoint, const control::Keys& keys,
                 Taps& taps)
    : taps_{taps}, socket_{context, zmq::socket_type::dealer}, on_{!endpoint.empty()} {
  socket_.set(zmq::sockopt::linger, 200);
  socket_.set(zmq::sockopt::sndhwm, most_waiting);
  control::visit(socket_, keys);
  if (on_) socket_.connect(endpoint);
}

bool TapLine::send(const tap::Note& note) {
  const auto bytes = tap::encode_note(note);
  return socket_.send(zmq::buffer(bytes), zmq::send_flags::dontwait).has_value();
}

void TapLine::receive() {
  for (zmq::message_t raw; socket_.recv(raw, zmq::recv_flags::dontwait);) {
    try {
      tap::Note reply;
      if (taps_.answer(tap::decode_note({raw.data<std::byte>(), raw.size()}), reply)) send(reply);
    } catch (const Error& e) {  // whatever it is, it is no reason to end a run
      fmt::print(stderr, "dropped a note of the gateway: {}\n", e.what());
    }
  }
}

void TapLine::serve(bool last) {
  if (!on_) return;
  if (tap::Introduction introduction; taps_.introduce(introduction)) send(introduction);
  receive();
  if (!taps_.any()) return;
  const auto now = Clock::now();
  if (now - shipped_ < shipping_period && !last) return;
  shipped_ = now;
  const double now_s = std::chrono::duration<double>(now.time_since_epoch()).count();
  taps_.collect(now_s, last, [&](const tap::Chunk& chunk) { return send(chunk); });
}

}  // namespace tutti::module
