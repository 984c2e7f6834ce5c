// SPDX-License-Identifier: MIT
#pragma once
#include <chrono>
#include <zmq.hpp>

namespace tutti::transport {

/// Whether the connection behind a socket that connects stands, as ZeroMQ tells it. ZeroMQ makes a
/// new one by itself when one was cut; what was under way is gone all the same.
class ZmqLink {
 public:
  using Clock = std::chrono::steady_clock;
  /// `number`: another one for each socket of the context. Before the socket connects.
  ZmqLink(zmq::context_t& context, zmq::socket_t& socket, std::size_t number);
  /// Takes in what happened since.
  void look();
  /// For how long there has been no connection [s]; 0 where there is one.
  double cut_s() const;
  /// There was one before.
  bool stood() const { return stood_; }

 private:
  zmq::socket_t news_;
  bool stands_ = false, stood_ = false;
  Clock::time_point since_ = Clock::now();
};

}  // namespace tutti::transport
