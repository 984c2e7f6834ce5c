// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <limits>
#include <span>

#include "buffer.hpp"

/// Moves whole frames from one rank to another, in order. What carries them (MPI, ZeroMQ) is behind
/// these two faces; a virtual call a frame costs nothing beside the frame.
namespace tutti::transport {

/// What a target says when it will take no more: every frame is released.
inline constexpr std::uint64_t all_released = std::numeric_limits<std::uint64_t>::max();

class Sender {
 public:
  virtual ~Sender() = default;
  /// Sends a sealed frame and leaves an empty buffer in its place, a used one where there is one.
  /// Returns at once.
  virtual void send(Buffer& frame) = 0;
  /// Room for a frame of up to `size` bytes in the transport's own memory, where it has some: what
  /// is written there and sent by `send_reserved` is not copied. Nothing else is sent in between.
  virtual std::byte* reserve([[maybe_unused]] std::size_t size) { return nullptr; }
  /// Sends the first `size` bytes of what was reserved.
  virtual void send_reserved([[maybe_unused]] std::size_t size) {}
  /// How many frames the target has released so far, or all_released. Does not wait.
  virtual std::uint64_t released() = 0;
  /// Gives transport a chance to go on; true when nothing is under way.
  virtual bool flushed() = 0;
  /// Sleeps until the target may have released more, a millisecond at most; false where this
  /// transport has nothing to sleep on but the process's bell.
  virtual bool nap() { return false; }
  /// Everybody is done: what the target has not said by now it need not say.
  virtual void dismiss() {}
};

class Receiver {
 public:
  virtual ~Receiver() = default;
  /// The next frame, once it is whole here; nothing before that. Does not wait. Several may be held
  /// at a time: each stays where it is until it is dropped.
  virtual std::span<const std::byte> next() = 0;
  /// Gives back the oldest frame that is held. Requires one.
  virtual void drop() = 0;
  /// Tells the source how many frames are released, in all.
  virtual void release(std::uint64_t count) = 0;
  virtual bool flushed() = 0;
  /// The source is no more: nothing is told to it from here on.
  virtual void abandon() {}
  /// Sleeps until a frame may have come, as Sender::nap.
  virtual bool nap() { return false; }
};

}  // namespace tutti::transport
