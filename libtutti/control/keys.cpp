// SPDX-License-Identifier: MIT
#include "tutti/control/keys.hpp"

#include <sys/random.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>
#include <zmq.hpp>

#include "tutti/error.hpp"

namespace tutti::control {

Keys new_keys() {
  std::array<char, 41> open{}, secret{};
  if (::zmq_curve_keypair(open.data(), secret.data()) != 0)
    throw Error{Fault::config, "this ZeroMQ is built without CURVE, so no socket can be guarded"};
  return {open.data(), secret.data()};
}

std::string new_secret() {
  std::array<std::uint64_t, 2> bits{};
  if (::getrandom(bits.data(), sizeof bits, 0) != sizeof bits)
    throw Error{Fault::io, "the system gives no random numbers"};
  return fmt::format("{:016x}{:016x}", bits[0], bits[1]);
}

void serve(zmq::socket_t& socket, const Keys& keys) {
  if (!keys.on()) return;
  socket.set(zmq::sockopt::curve_server, true);
  socket.set(zmq::sockopt::curve_publickey, keys.open);
  socket.set(zmq::sockopt::curve_secretkey, keys.secret);
}

void visit(zmq::socket_t& socket, const Keys& keys) {
  if (!keys.on()) return;
  socket.set(zmq::sockopt::curve_serverkey, keys.open);
  socket.set(zmq::sockopt::curve_publickey, keys.open);
  socket.set(zmq::sockopt::curve_secretkey, keys.secret);
}

struct Doorman::Room {
  zmq::socket_t socket;
  std::string expected;  // the run's public key, 32 bytes
  std::atomic<bool> closing{false};
  std::thread thread;

  /// One request: version, id, domain, address, identity, mechanism, and the visitor's key.
  void answer(const std::vector<zmq::message_t>& request) {
    if (request.size() < 6) return;
    const bool known = request.size() == 7 && request[5].to_string_view() == "CURVE" &&
                       request[6].to_string_view() == expected;
    const std::array<std::string, 6> reply{"1.0",
                                           request[1].to_string(),
                                           known ? "200" : "400",
                                           known ? "" : "this run has another key",
                                           known ? "tutti" : "",
                                           ""};
    for (std::size_t k = 0; k < reply.size(); ++k)
      socket.send(zmq::buffer(reply[k]),
                  k + 1 < reply.size() ? zmq::send_flags::sndmore : zmq::send_flags::none);
  }
  void work() {
    while (!closing) {
      std::vector<zmq::message_t> request;
      do {
        zmq::message_t part;
        try {
          if (!socket.recv(part)) break;
        } catch (const zmq::error_t&) {  // a signal
          break;
        }
        request.push_back(std::move(part));
      } while (request.back().more());
      if (!request.empty()) answer(request);
    }
  }
};

Doorman::Doorman(zmq::context_t& context, const Keys& keys) : room_{std::make_unique<Room>()} {
  std::array<std::uint8_t, 32> bytes{};
  if (::zmq_z85_decode(bytes.data(), keys.open.c_str()) == nullptr)
    throw Error{Fault::config, "\"{}\" is no CURVE key", keys.open};
  room_->expected.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  room_->socket = zmq::socket_t{context, zmq::socket_type::rep};
  room_->socket.set(zmq::sockopt::rcvtimeo, 50);  // [ms] then it looks whether it is needed
  room_->socket.set(zmq::sockopt::linger, 0);
  room_->socket.bind("inproc://zeromq.zap.01");
  room_->thread = std::thread{[room = room_.get()] { room->work(); }};
}

Doorman::~Doorman() {
  room_->closing = true;
  room_->thread.join();
}

}  // namespace tutti::control
