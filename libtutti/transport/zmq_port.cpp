// SPDX-License-Identifier: MIT
#include "zmq_port.hpp"

#include <algorithm>
#include <cstring>

#include "frame.hpp"
#include "tutti/error.hpp"
#include "zmq_lanes.hpp"

namespace tutti::transport {
namespace {

/// A wait ends after so long even if nothing came: others than sockets may have news.
constexpr int nap_ms = 1;
constexpr std::chrono::microseconds just_now{20};
/// How often links are looked after.
constexpr std::chrono::milliseconds between_looks{10};
/// A network that drops everything in silence is noticed so: a sign of life each, [ms].
constexpr int heartbeat_ms = 2000, heartbeat_missed_ms = 6000;
constexpr int reconnect_ms = 50, rarest_reconnect_ms = 1000;

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

ZmqPort::ZmqPort(const std::string& address, std::string identity, const control::Keys& keys,
                 std::chrono::duration<double> patience)
    : identity_{std::move(identity)}, keys_{keys}, patience_{patience} {
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
  socket.set(zmq::sockopt::reconnect_ivl, reconnect_ms);
  socket.set(zmq::sockopt::reconnect_ivl_max, rarest_reconnect_ms);
  if (endpoint.starts_with("tcp://")) {
    socket.set(zmq::sockopt::heartbeat_ivl, heartbeat_ms);
    socket.set(zmq::sockopt::heartbeat_timeout, heartbeat_missed_ms);
  }
  control::visit(socket, keys_);
  ZmqLink link{context_, socket, peers_.size()};
  socket.connect(endpoint);
  return peers_.emplace_back(Peer{endpoint, std::move(socket), std::move(link), {}});
}

std::unique_ptr<Sender> ZmqPort::sender(const std::string& endpoint, Route route) {
  return std::make_unique<ZmqSender>(*this, peer_at(endpoint), std::move(route));
}

std::unique_ptr<Receiver> ZmqPort::receiver(const std::string& identity, Route route,
                                            std::uint32_t own_rank, std::uint64_t first) {
  return std::make_unique<ZmqReceiver>(*this, identity, std::move(route), own_rank, first);
}

void ZmqPort::look_after_links() {
  tend_due_ = std::chrono::steady_clock::now() + between_looks;
  hear(nullptr, false);
  for (const auto& [lane, receiver] : receivers_) receiver->flushed();
  for (auto& peer : peers_) {
    hear(peer, false);
    peer.link.look();
    for (const auto& [lane, sender] : peer.lanes) {
      sender->tend();
      if (sender->done() || peer.link.cut_s() < patience_.count()) continue;
      throw Error{
          Fault::lost,
          "{}: the link to {} {} for {:.1f} s, longer than `run.deadline` allows; see whether "
          "that process is alive and its host can be reached",
          sender->name(),
          peer.endpoint,
          peer.link.stood() ? "has been cut" : "has not come about",
          peer.link.cut_s()};
    }
  }
}

/// Whatever is no frame of a lane that we have, from the process that speaks there, is dropped:
/// anybody may knock at a socket.
void ZmqPort::hear(const ZmqReceiver* awaited, bool wait) {
  zmq::message_t identity, body;
  for (; receive(inbox_, identity, wait); wait = false) {
    bool whole = true;
    do whole = receive(inbox_, body, false) && whole;
    while (body.more());
    if (whole) dispatch(identity, std::move(body));
    if (awaited != nullptr && awaited->has_frames()) break;
  }
  heard_ = std::chrono::steady_clock::now();
}

bool ZmqPort::has_just_heard() const {
  return std::chrono::steady_clock::now() - heard_ < just_now;
}

void ZmqPort::dispatch(const zmq::message_t& identity, zmq::message_t&& body) {
  if (body.size() == sizeof(SourceQuestion)) {
    SourceQuestion question;
    std::memcpy(&question, body.data(), sizeof question);
    const auto lane = receivers_.find({question.connection, question.source_rank});
    if (lane != receivers_.end() && lane->second->is_from(identity)) lane->second->answer(question);
    return;
  }
  if (body.size() < sizeof(FrameHeader)) return;
  FrameHeader header;
  std::memcpy(&header, body.data(), sizeof header);
  const auto lane = receivers_.find({header.connection, header.source_rank});
  if (lane != receivers_.end() && lane->second->is_from(identity))
    lane->second->take_in(header, std::move(body));
}

void ZmqPort::hear(Peer& peer, bool wait) {
  for (zmq::message_t message; receive(peer.socket, message, wait); wait = false) {
    if (message.size() != sizeof(TargetWord)) continue;
    TargetWord word;
    std::memcpy(&word, message.data(), sizeof word);
    const auto lane = peer.lanes.find({word.connection, word.target_rank});
    if (lane != peer.lanes.end()) lane->second->take_in(word);
  }
}

}  // namespace tutti::transport
