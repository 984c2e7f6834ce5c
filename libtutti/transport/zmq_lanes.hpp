// SPDX-License-Identifier: MIT
#pragma once
#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <zmq.hpp>

#include "frame.hpp"
#include "zmq_port.hpp"

/// The two ends of a lane over ZeroMQ. A source keeps its frames until they are released. A target
/// takes them in order: it drops what it has had, and where one is missing it asks for it and all
/// that follow. A source that hears nothing for a while asks how far its target is, so a loss with
/// nothing behind it is found as well. Together that makes a cut invisible but for the time it
/// takes.
namespace tutti::transport {

/// What a target says of a lane.
struct TargetWord {
  static constexpr std::uint64_t nothing = ~std::uint64_t{0};
  std::uint32_t connection = 0, target_rank = 0;
  std::uint64_t released = 0;       ///< Frames, in all, or all_released.
  std::uint64_t missing = nothing;  ///< This frame and those behind it have to be sent again.
};
static_assert(sizeof(TargetWord) == 24);

/// What a source asks: have you had all frames before `next`? Shorter than any frame.
struct SourceQuestion {
  std::uint32_t connection = 0, source_rank = 0;
  std::uint64_t next = 0;
};
static_assert(sizeof(SourceQuestion) < sizeof(FrameHeader));

/// Frames of one lane to one target rank.
class ZmqSender final : public Sender {
 public:
  ZmqSender(ZmqPort& port, ZmqPort::Peer& peer, ZmqPort::Route route);
  ~ZmqSender() override;

  void send(Buffer& frame) override;
  std::uint64_t released() override;
  bool flushed() override { return true; }  // the socket lingers until all is gone
  bool nap() override;
  void dismiss() override;

  void take_in(const TargetWord& word);
  /// Asks how far the target is where nothing has been heard of it for long.
  void tend();
  bool done() const { return released_ == all_released; }
  const std::string& name() const { return route_.name; }

 private:
  using Clock = std::chrono::steady_clock;
  static FrameHeader header_of(const zmq::message_t& frame);
  void push(zmq::message_t& message);
  void send_again(std::uint64_t first);

  ZmqPort& port_;
  ZmqPort::Peer& peer_;
  ZmqPort::Route route_;
  std::uint64_t released_ = 0;
  std::deque<zmq::message_t> kept_;  // sent and not released; ZeroMQ counts who shares their bytes
  Clock::time_point news_ = Clock::now();
  Clock::duration patience_;
};

/// Frames of one lane from one source rank.
class ZmqReceiver final : public Receiver {
 public:
  ZmqReceiver(ZmqPort& port, std::string identity, ZmqPort::Route route, std::uint32_t own_rank,
              std::uint64_t first);
  ~ZmqReceiver() override;

  std::span<const std::byte> next() override;
  void drop() override;
  void release(std::uint64_t count) override;
  bool flushed() override { return !owing_ || tell(TargetWord::nothing); }
  void abandon() override { abandoned_ = true, owing_ = false; }
  bool nap() override;

  bool has_frames() const { return handed_ < frames_.size(); }
  bool is_from(const zmq::message_t& identity) const {
    return identity.to_string_view() == identity_;
  }
  void take_in(const FrameHeader& header, zmq::message_t&& frame);
  void answer(const SourceQuestion& question);

 private:
  /// A frame as it came, or a copy where it does not lie as numbers must.
  class Frame {
   public:
    explicit Frame(zmq::message_t&& message);
    std::span<const std::byte> view() const;

   private:
    zmq::message_t message_;
    Buffer copy_;
  };
  /// False: its process is not there yet, or its connection is cut.
  bool tell(std::uint64_t missing);

  ZmqPort& port_;
  std::string identity_;
  ZmqPort::Route route_;
  std::uint32_t own_rank_;
  std::uint64_t due_;  // the frame that comes next
  std::uint64_t released_ = 0;
  bool owing_ = false;      // a release that did not get out
  bool abandoned_ = false;  // the source is no more
  bool asked_ = false;      // for the frame that is due
  std::deque<Frame> frames_;
  std::size_t handed_ = 0;  // of those, to the reader
};

}  // namespace tutti::transport
