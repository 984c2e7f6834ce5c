// SPDX-License-Identifier: MIT
#pragma once
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>
#include <zmq.hpp>

#include "channel.hpp"
#include "tutti/control/keys.hpp"
#include "zmq_link.hpp"

namespace tutti::transport {

/// How a process tells others who it is: what no stranger knows, and its name.
std::string identity_of(const std::string& secret, const std::string& module, std::uint32_t rank);

/// Buffers that ZeroMQ has sent come back here, on its own thread.
class BufferPool {
 public:
  Buffer take();
  void give(Buffer&& buffer);

 private:
  std::mutex mutex_;
  std::vector<Buffer> spare_;
};

class ZmqSender;
class ZmqReceiver;

/// What a process says to and hears from processes outside its MPI job, frames over ZeroMQ. It
/// hears through one ROUTER, whose address the broker passes on, and says through one DEALER to
/// each process that it has lanes to; releases come back on that. The plan bounds what is under
/// way, so ZeroMQ's own limits are off. Where a connection is cut and comes back, what was lost is
/// sent again. Used by one thread.
class ZmqPort {
 public:
  /// `address`: "ipc:///…", or "tcp://127.0.0.1:*", where the system chooses the port. `patience`:
  /// how long a cut link may take to come back. Throws Error{io} where it cannot be bound.
  ZmqPort(const std::string& address, std::string identity, const control::Keys& keys,
          std::chrono::duration<double> patience);
  ~ZmqPort();
  ZmqPort(const ZmqPort&) = delete;
  ZmqPort& operator=(const ZmqPort&) = delete;

  /// Where others reach this process.
  const std::string& endpoint() const { return endpoint_; }

  /// One lane as both ends know it.
  struct Route {
    std::uint32_t connection = 0;
    std::uint32_t peer_rank = 0;  ///< Of the other end.
    std::string name;             ///< For people: "a.out → b.in rank 1".
  };
  /// The end of a lane to a process that listens at `endpoint`.
  std::unique_ptr<Sender> sender(const std::string& endpoint, Route route);
  /// The end of a lane from a process of that identity, whose first frame will be `first`.
  std::unique_ptr<Receiver> receiver(const std::string& identity, Route route,
                                     std::uint32_t own_rank, std::uint64_t first);

  /// To be called often while this process waits or sends; looks after links every few
  /// milliseconds. Throws Error{lost} that names one that stays cut.
  void tend() {
    if (std::chrono::steady_clock::now() >= tend_due_) look_after_links();
  }

 private:
  friend class ZmqSender;
  friend class ZmqReceiver;
  /// A connection and a rank of its other end.
  using Lane = std::pair<std::uint32_t, std::uint32_t>;
  struct Peer {
    std::string endpoint;
    zmq::socket_t socket;
    ZmqLink link;
    std::map<Lane, ZmqSender*> lanes;  ///< By target rank.
  };
  zmq::socket_t make_socket(zmq::socket_type type);
  Peer& peer_at(const std::string& endpoint);
  void look_after_links();
  /// Takes in what has come, until `awaited` has a frame; waits for it, a moment, if told to.
  void hear(const ZmqReceiver* awaited, bool wait);
  void hear(Peer& peer, bool wait);
  /// A look at a socket that has nothing is a call of the system: whoever is about to wait for it
  /// need not look once more.
  bool has_just_heard() const;
  void dispatch(const zmq::message_t& identity, zmq::message_t&& body);

  std::string identity_;
  control::Keys keys_;
  std::chrono::duration<double> patience_;
  zmq::context_t context_{1};
  std::unique_ptr<control::Doorman> doorman_;
  std::shared_ptr<BufferPool> pool_ = std::make_shared<BufferPool>();
  zmq::socket_t inbox_;
  std::string endpoint_;
  std::deque<Peer> peers_;
  std::map<Lane, ZmqReceiver*> receivers_;  // by source rank
  std::chrono::steady_clock::time_point tend_due_{}, heard_{};
};

}  // namespace tutti::transport
