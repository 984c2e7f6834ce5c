// SPDX-License-Identifier: MIT
#pragma once
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
/// way, so ZeroMQ's own limits are off. Used by one thread.
class ZmqPort {
 public:
  /// `address`: "ipc:///…", or "tcp://127.0.0.1:*", where the system chooses the port. Throws
  /// Error{io} where it cannot be bound.
  ZmqPort(const std::string& address, std::string identity, const control::Keys& keys);
  ~ZmqPort();
  ZmqPort(const ZmqPort&) = delete;
  ZmqPort& operator=(const ZmqPort&) = delete;

  /// Where others reach this process.
  const std::string& endpoint() const { return endpoint_; }

  /// The end of a lane to rank `target_rank` of a connection's target, which listens at `endpoint`.
  std::unique_ptr<Sender> sender(const std::string& endpoint, std::uint32_t connection,
                                 std::uint32_t target_rank);
  /// The end of a lane from rank `source_rank` of a connection's source; `identity`: that process.
  std::unique_ptr<Receiver> receiver(const std::string& identity, std::uint32_t connection,
                                     std::uint32_t source_rank, std::uint32_t own_rank);

 private:
  friend class ZmqSender;
  friend class ZmqReceiver;
  /// A connection and a rank of its other end.
  using Lane = std::pair<std::uint32_t, std::uint32_t>;
  struct Peer {
    std::string endpoint;
    zmq::socket_t socket;
    std::map<Lane, ZmqSender*> lanes;  ///< By target rank.
  };
  zmq::socket_t make_socket(zmq::socket_type type);
  Peer& peer_at(const std::string& endpoint);
  /// Takes in what has come; waits for it, a moment, if told to.
  void hear(bool wait);
  void hear(Peer& peer, bool wait);
  /// Sends a release, or keeps it for later where its process is not there yet.
  void release(const std::string& identity, Lane lane, std::uint64_t count);
  bool push_releases();

  struct Release {
    std::string identity;
    Lane lane;
    std::uint64_t count;
  };
  bool try_release(const Release& release);

  std::string identity_;
  control::Keys keys_;
  zmq::context_t context_{1};
  std::unique_ptr<control::Doorman> doorman_;
  std::shared_ptr<BufferPool> pool_ = std::make_shared<BufferPool>();
  zmq::socket_t inbox_;
  std::string endpoint_;
  std::deque<Peer> peers_;
  std::map<Lane, ZmqReceiver*> receivers_;  // by source rank
  std::deque<Release> releases_;
};

}  // namespace tutti::transport
