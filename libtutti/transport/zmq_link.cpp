// SPDX-License-Identifier: MIT
#include "zmq_link.hpp"

#include <cstdint>
#include <cstring>
#include <string>

#include "tutti/error.hpp"

namespace tutti::transport {

ZmqLink::ZmqLink(zmq::context_t& context, zmq::socket_t& socket, std::size_t number)
    : news_{context, zmq::socket_type::pair} {
  const auto place = "inproc://link-" + std::to_string(number);
  if (::zmq_socket_monitor(socket.handle(), place.c_str(),
                           ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED) != 0)
    throw Error{Fault::io, "ZeroMQ: {}", ::zmq_strerror(::zmq_errno())};
  news_.set(zmq::sockopt::linger, 0);
  news_.connect(place);
}

/// An event is two parts: a number of 16 bits with a value, and an address.
void ZmqLink::look() {
  zmq::message_t event, address;
  while (news_.recv(event, zmq::recv_flags::dontwait) &&
         news_.recv(address, zmq::recv_flags::dontwait)) {
    std::uint16_t what = 0;
    if (event.size() < sizeof what) continue;
    std::memcpy(&what, event.data(), sizeof what);
    const bool stands = what == ZMQ_EVENT_HANDSHAKE_SUCCEEDED;
    if (stands != stands_) since_ = Clock::now();  // an attempt that fails is told as well
    stands_ = stands;
    stood_ = stood_ || stands;
  }
}

double ZmqLink::cut_s() const {
  return stands_ ? 0 : std::chrono::duration<double>(Clock::now() - since_).count();
}

}  // namespace tutti::transport
