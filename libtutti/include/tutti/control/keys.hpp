// SPDX-License-Identifier: MIT
#pragma once
#include <memory>
#include <string>

namespace zmq {
class context_t;
class socket_t;
}  // namespace zmq

/// Who may knock at the sockets of a run. Local sockets lie in a folder that only its user can
/// enter; on a network, all of a run's processes share one CURVE key pair, and its sockets talk to
/// nobody who has another.
namespace tutti::control {

struct Keys {
  std::string open, secret;  ///< Z85, 40 characters each; empty: no CURVE.
  bool on() const { return !open.empty(); }
};

/// A new pair. Throws Error{config} where this ZeroMQ has no CURVE.
Keys new_keys();
/// 32 hexadecimal digits that nobody can guess.
std::string new_secret();

/// Makes a socket one that others connect to, before it is bound.
void serve(zmq::socket_t& socket, const Keys& keys);
/// Makes a socket one that connects to such a one, before it does.
void visit(zmq::socket_t& socket, const Keys& keys);

/// Turns away whoever comes to a context's sockets with another key than the run's: ZeroMQ's
/// authentication (ZAP, RFC 27) on a thread of its own.
class Doorman {
 public:
  Doorman(zmq::context_t& context, const Keys& keys);
  ~Doorman();
  Doorman(const Doorman&) = delete;
  Doorman& operator=(const Doorman&) = delete;

 private:
  struct Room;
  std::unique_ptr<Room> room_;
};

}  // namespace tutti::control
