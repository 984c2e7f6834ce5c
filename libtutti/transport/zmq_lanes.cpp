// SPDX-License-Identifier: MIT
#include "zmq_lanes.hpp"

#include <algorithm>
#include <cstring>

#include "tutti/error.hpp"

namespace tutti::transport {
namespace {

/// Frames up to here are copied into ZeroMQ's memory, longer ones are handed over.
constexpr std::size_t copied_bytes = 8192;
/// A source that hears nothing asks after so long, and then less and less often.
constexpr std::chrono::milliseconds first_question{250}, rarest_question{2000};

/// A buffer on its way, and where it goes when nobody needs it any more.
struct Parcel {
  Buffer buffer;
  std::shared_ptr<BufferPool> pool;
};
void delivered(void*, void* hint) {
  const std::unique_ptr<Parcel> parcel{static_cast<Parcel*>(hint)};
  parcel->pool->give(std::move(parcel->buffer));
}

}  // namespace

// ---- source
// --------------------------------------------------------------------------------------

ZmqSender::ZmqSender(ZmqPort& port, ZmqPort::Peer& peer, ZmqPort::Route route)
    : port_{port}, peer_{peer}, route_{std::move(route)}, patience_{first_question} {
  peer_.lanes.emplace(ZmqPort::Lane{route_.connection, route_.peer_rank}, this);
}

ZmqSender::~ZmqSender() { peer_.lanes.erase({route_.connection, route_.peer_rank}); }

FrameHeader ZmqSender::header_of(const zmq::message_t& frame) {
  FrameHeader header;
  std::memcpy(&header, frame.data(), sizeof header);
  return header;
}

void ZmqSender::send(Buffer& frame) {
  port_.tend();
  auto& message = kept_.emplace_back();
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
  news_ = Clock::now();
  patience_ = first_question;
  push(message);
}

/// Sends another view of the same bytes.
void ZmqSender::push(zmq::message_t& message) {
  zmq::message_t view;
  view.copy(message);
  if (!peer_.socket.send(view, zmq::send_flags::dontwait))
    throw Error{Fault::lost, "ZeroMQ takes no frame for {}", route_.name};
}

std::uint64_t ZmqSender::released() {
  if (!done()) port_.hear(peer_, false);
  return released_;
}

bool ZmqSender::nap() {
  port_.hear(peer_, true);
  return true;
}

void ZmqSender::dismiss() {
  released_ = all_released;
  kept_.clear();
}

void ZmqSender::take_in(const TargetWord& word) {
  news_ = Clock::now();
  patience_ = first_question;
  released_ = std::max(released_, word.released);
  // frames are counted from 0 or from 1: one more than need be may stay
  while (!kept_.empty() && header_of(kept_.front()).sequence < released_) kept_.pop_front();
  if (word.missing != TargetWord::nothing) send_again(word.missing);
}

void ZmqSender::send_again(std::uint64_t first) {
  for (auto& frame : kept_)
    if (header_of(frame).sequence >= first) push(frame);
}

void ZmqSender::tend() {
  if (kept_.empty() || Clock::now() < news_ + patience_) return;
  patience_ = std::min<Clock::duration>(2 * patience_, rarest_question);
  news_ = Clock::now();
  const auto last = header_of(kept_.back());
  const SourceQuestion question{route_.connection, last.source_rank, last.sequence + 1};
  peer_.socket.send(zmq::const_buffer{&question, sizeof question}, zmq::send_flags::dontwait);
}

// ---- target
// --------------------------------------------------------------------------------------

ZmqReceiver::Frame::Frame(zmq::message_t&& message) : message_{std::move(message)} {
  const auto place = reinterpret_cast<std::uintptr_t>(message_.data());
  if (place % alignof(double) == 0) return;
  std::memcpy(copy_.extend(message_.size()), message_.data(), message_.size());
}

std::span<const std::byte> ZmqReceiver::Frame::view() const {
  if (copy_.size() > 0) return copy_.view();
  return {static_cast<const std::byte*>(message_.data()), message_.size()};
}

ZmqReceiver::ZmqReceiver(ZmqPort& port, std::string identity, ZmqPort::Route route,
                         std::uint32_t own_rank, std::uint64_t first)
    : port_{port},
      identity_{std::move(identity)},
      route_{std::move(route)},
      own_rank_{own_rank},
      due_{first} {
  port_.receivers_.emplace(ZmqPort::Lane{route_.connection, route_.peer_rank}, this);
}

ZmqReceiver::~ZmqReceiver() { port_.receivers_.erase({route_.connection, route_.peer_rank}); }

std::span<const std::byte> ZmqReceiver::next() {
  if (!has_frames() && !port_.has_just_heard()) port_.hear(this, false);
  if (!has_frames()) return {};
  return frames_[handed_++].view();
}

void ZmqReceiver::drop() {
  frames_.pop_front();
  --handed_;
}

bool ZmqReceiver::nap() {
  port_.hear(this, true);
  return true;
}

void ZmqReceiver::take_in(const FrameHeader& header, zmq::message_t&& frame) {
  if (header.sequence < due_) return;  // it was sent again
  if (header.sequence > due_) {
    if (!asked_) asked_ = tell(due_);
    return;
  }
  ++due_;
  asked_ = false;
  frames_.emplace_back(std::move(frame));
}

void ZmqReceiver::answer(const SourceQuestion& question) {
  tell(question.next > due_ ? due_ : TargetWord::nothing);
}

void ZmqReceiver::release(std::uint64_t count) {
  if (abandoned_) return;
  released_ = count;
  owing_ = true;
  tell(TargetWord::nothing);
}

bool ZmqReceiver::tell(std::uint64_t missing) {
  const TargetWord word{route_.connection, own_rank_, released_, missing};
  try {
    const auto more = zmq::send_flags::sndmore | zmq::send_flags::dontwait;
    if (!port_.inbox_.send(zmq::buffer(identity_), more)) return false;
    port_.inbox_.send(zmq::const_buffer{&word, sizeof word}, zmq::send_flags::dontwait);
  } catch (const zmq::error_t& e) {
    if (e.num() == EHOSTUNREACH) return false;
    throw Error{Fault::lost, "ZeroMQ: {}: {}", route_.name, e.what()};
  }
  owing_ = false;
  return true;
}

}  // namespace tutti::transport
