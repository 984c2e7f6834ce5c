// SPDX-License-Identifier: MIT
#include "zmq_port.hpp"

#include <algorithm>
#include <cstring>

#include "frame.hpp"
#include "tutti/error.hpp"

namespace tutti::transport {
namespace {

/// A wait ends after so long even if nothing came: others than sockets may have news.
constexpr int nap_ms = 1;
/// Frames up to here are copied into ZeroMQ's memory, longer ones are handed over.
constexpr std::size_t copied_bytes = 8192;

/// What a target sends back.
struct ReleaseWord {
  std::uint32_t connection, target_rank;
  std::uint64_t count;
};
static_assert(sizeof(ReleaseWord) == 16);

/// A buffer on its way, and where it goes when ZeroMQ is done with it.
struct Parcel {
  Buffer buffer;
  std::shared_ptr<BufferPool> pool;
};
void delivered(void*, void* hint) {
  const std::unique_ptr<Parcel> parcel{static_cast<Parcel*>(hint)};
  parcel->pool->give(std::move(parcel->buffer));
}

bool receive(zmq::socket_t& socket, zmq::message_t& message, bool wait) {
  try {
    return socket.recv(message, wait ? zmq::recv_flags::none : zmq::recv_flags::dontwait)
        .has_value();
  } catch (const zmq::error_t& e) {
    if (e.num() == EINTR) return false;  // a signal; whoever waits looks what it was
    throw Error{Fault::lost, "ZeroMQ: {}", e.what()};
  }
}

}  // namespace

std::string identity_of(const std::string& secret, const std::string& module, std::uint32_t rank) {
  return fmt::format("{}/{}.{}", secret, module, rank);
}

Buffer BufferPool::take() {
  const std::scoped_lock lock{mutex_};
  if (spare_.empty()) return {};
  Buffer buffer = std::move(spare_.back());
  spare_.pop_back();
  buffer.clear();
  return buffer;
}

void BufferPool::give(Buffer&& buffer) {
  const std::scoped_lock lock{mutex_};
  spare_.push_back(std::move(buffer));
}

/// Frames of one lane to one target rank.
class ZmqSender final : public Sender {
 public:
  ZmqSender(ZmqPort& port, ZmqPort::Peer& peer, ZmqPort::Lane lane)
      : port_{port}, peer_{peer}, lane_{lane} {
    peer_.lanes.emplace(lane_, this);
  }
  ~ZmqSender() override { peer_.lanes.erase(lane_); }

  void send(Buffer& frame) override {
    zmq::message_t message;
    if (frame.size() <= copied_bytes) {
      message.rebuild(frame.data(), frame.size());
      frame.clear();
    } else {
      auto parcel = std::make_unique<Parcel>(Parcel{std::move(frame), port_.pool_});
      frame = port_.pool_->take();
      auto* data = parcel->buffer.data();
      const auto size = parcel->buffer.size();
      message.rebuild(data, size, delivered, parcel.release());
    }
    if (!peer_.socket.send(message, zmq::send_flags::dontwait))
      throw Error{Fault::lost, "ZeroMQ takes no frame for {}", peer_.endpoint};
  }
  std::uint64_t released() override {
    if (released_ != all_released) port_.hear(peer_, false);
    return released_;
  }
  bool flushed() override { return true; }  // the socket lingers until all is gone
  bool nap() override {
    port_.hear(peer_, true);
    return true;
  }
  void take_in(std::uint64_t count) { released_ = std::max(released_, count); }

 private:
  ZmqPort& port_;
  ZmqPort::Peer& peer_;
  ZmqPort::Lane lane_;
  std::uint64_t released_ = 0;
};

/// Frames of one lane from one source rank.
class ZmqReceiver final : public Receiver {
 public:
  ZmqReceiver(ZmqPort& port, std::string identity, ZmqPort::Lane lane, std::uint32_t own_rank)
      : port_{port}, identity_{std::move(identity)}, lane_{lane}, own_rank_{own_rank} {
    port_.receivers_.emplace(lane_, this);
  }
  ~ZmqReceiver() override { port_.receivers_.erase(lane_); }

  std::span<const std::byte> next() override {
    if (handed_ == frames_.size()) port_.hear(false);
    if (handed_ == frames_.size()) return {};
    return frames_[handed_++].view();
  }
  void drop() override {
    frames_.pop_front();
    --handed_;
  }
  void release(std::uint64_t count) override {
    port_.release(identity_, {lane_.first, own_rank_}, count);
  }
  bool flushed() override { return port_.push_releases(); }
  bool nap() override {
    port_.hear(true);
    return true;
  }
  bool is_from(const zmq::message_t& identity) const {
    return identity.to_string_view() == identity_;
  }
  void take_in(zmq::message_t&& frame) { frames_.push_back(Frame{std::move(frame)}); }

 private:
  /// A frame as it came, or a copy where it does not lie as numbers must.
  class Frame {
   public:
    explicit Frame(zmq::message_t&& message) : message_{std::move(message)} {
      const auto place = reinterpret_cast<std::uintptr_t>(message_.data());
      if (place % alignof(double) == 0) return;
      std::memcpy(copy_.extend(message_.size()), message_.data(), message_.size());
    }
    std::span<const std::byte> view() const {
      if (copy_.size() > 0) return copy_.view();
      return {static_cast<const std::byte*>(message_.data()), message_.size()};
    }

   private:
    zmq::message_t message_;
    Buffer copy_;
  };

  ZmqPort& port_;
  std::string identity_;
  ZmqPort::Lane lane_;
  std::uint32_t own_rank_;
  std::deque<Frame> frames_;
  std::size_t handed_ = 0;  // of those, to the reader
};

ZmqPort::ZmqPort(const std::string& address, std::string identity, const control::Keys& keys)
    : identity_{std::move(identity)}, keys_{keys} {
  if (keys_.on()) doorman_ = std::make_unique<control::Doorman>(context_, keys_);
  inbox_ = make_socket(zmq::socket_type::router);
  inbox_.set(zmq::sockopt::router_mandatory, true);
  inbox_.set(zmq::sockopt::router_handover, true);  // of a process whose connection was cut
  control::serve(inbox_, keys_);
  try {
    inbox_.bind(address);
  } catch (const zmq::error_t& e) {
    throw Error{Fault::io, "cannot listen at {}: {}", address, e.what()};
  }
  endpoint_ = inbox_.get(zmq::sockopt::last_endpoint);
}

ZmqPort::~ZmqPort() = default;

zmq::socket_t ZmqPort::make_socket(zmq::socket_type type) {
  zmq::socket_t socket{context_, type};
  socket.set(zmq::sockopt::sndhwm, 0);
  socket.set(zmq::sockopt::rcvhwm, 0);
  socket.set(zmq::sockopt::linger, 2000);
  socket.set(zmq::sockopt::rcvtimeo, nap_ms);
  socket.set(zmq::sockopt::immediate, false);
  return socket;
}

ZmqPort::Peer& ZmqPort::peer_at(const std::string& endpoint) {
  const auto found = std::ranges::find(peers_, endpoint, &Peer::endpoint);
  if (found != peers_.end()) return *found;
  auto socket = make_socket(zmq::socket_type::dealer);
  socket.set(zmq::sockopt::routing_id, identity_);
  control::visit(socket, keys_);
  socket.connect(endpoint);
  return peers_.emplace_back(Peer{endpoint, std::move(socket), {}});
}

std::unique_ptr<Sender> ZmqPort::sender(const std::string& endpoint, std::uint32_t connection,
                                        std::uint32_t target_rank) {
  return std::make_unique<ZmqSender>(*this, peer_at(endpoint), Lane{connection, target_rank});
}

std::unique_ptr<Receiver> ZmqPort::receiver(const std::string& identity, std::uint32_t connection,
                                            std::uint32_t source_rank, std::uint32_t own_rank) {
  return std::make_unique<ZmqReceiver>(*this, identity, Lane{connection, source_rank}, own_rank);
}

/// Whatever is no frame of a lane that we have, from the process that speaks there, is dropped:
/// anybody may knock at a socket.
void ZmqPort::hear(bool wait) {
  zmq::message_t identity, frame;
  for (; receive(inbox_, identity, wait); wait = false) {
    bool whole = true;
    do whole = receive(inbox_, frame, false) && whole;
    while (frame.more());
    if (!whole || frame.size() < sizeof(FrameHeader)) continue;
    FrameHeader header;
    std::memcpy(&header, frame.data(), sizeof header);
    const auto lane = receivers_.find({header.connection, header.source_rank});
    if (lane == receivers_.end() || !lane->second->is_from(identity)) continue;
    lane->second->take_in(std::move(frame));
  }
  if (!releases_.empty()) push_releases();
}

void ZmqPort::hear(Peer& peer, bool wait) {
  for (zmq::message_t word; receive(peer.socket, word, wait); wait = false) {
    if (word.size() != sizeof(ReleaseWord)) continue;
    ReleaseWord release{};
    std::memcpy(&release, word.data(), sizeof release);
    const auto lane = peer.lanes.find({release.connection, release.target_rank});
    if (lane != peer.lanes.end()) lane->second->take_in(release.count);
  }
}

bool ZmqPort::try_release(const Release& release) {
  const ReleaseWord word{release.lane.first, release.lane.second, release.count};
  try {
    const auto more = zmq::send_flags::sndmore | zmq::send_flags::dontwait;
    return inbox_.send(zmq::buffer(release.identity), more).has_value() &&
           inbox_.send(zmq::const_buffer{&word, sizeof word}, zmq::send_flags::dontwait)
               .has_value();
  } catch (const zmq::error_t& e) {
    if (e.num() == EHOSTUNREACH) return false;  // it has not come yet, or is gone
    throw Error{Fault::lost, "ZeroMQ: {}", e.what()};
  }
}

void ZmqPort::release(const std::string& identity, Lane lane, std::uint64_t count) {
  releases_.push_back({identity, lane, count});
  push_releases();
}

bool ZmqPort::push_releases() {
  while (!releases_.empty() && try_release(releases_.front())) releases_.pop_front();
  return releases_.empty();
}

}  // namespace tutti::transport
