// SPDX-License-Identifier: MIT
#include "ring_channel.hpp"

#include <algorithm>

#include "frame.hpp"
#include "tutti/error.hpp"

namespace tutti::transport {
namespace {

/// Frames begin at multiples of a cache line.
constexpr std::size_t padded(std::size_t bytes) { return (bytes + 63) / 64 * 64; }

Buffer reused(std::vector<Buffer>& spare) {
  if (spare.empty()) return {};
  Buffer buffer = std::move(spare.back());
  spare.pop_back();
  buffer.clear();
  return buffer;
}

}  // namespace

// ---- source
// --------------------------------------------------------------------------------------

RingSender::RingSender(Ring ring, Mapping page, Bell& bell, Backlog& backlog)
    : ring_{std::move(ring)},
      page_{std::move(page)},
      bell_{bell},
      backlog_{backlog},
      place_{ring_} {}

std::size_t RingSender::room() {
  return ring_.capacity() - static_cast<std::size_t>(place_.count() - read_);
}

void RingSender::publish() {
  ring_.state().written.store(place_.count(), std::memory_order_seq_cst);
  bell_.ring();
}

/// A frame that a ring can hold is written as a whole or not at all; a longer one in pieces, as
/// room appears. True once all of it is written.
bool RingSender::write(const Buffer& frame) {
  const std::size_t size = padded(frame.size()) - begun_;
  const bool long_one = padded(frame.size()) > ring_.capacity();
  if (room() < size) read_ = ring_.state().read.load(std::memory_order_seq_cst);
  const std::size_t piece = std::min(room(), size);
  if (piece < size && (!long_one || piece == 0)) return false;
  if (begun_ < frame.size())
    std::copy_n(frame.data() + begun_, std::min(piece, frame.size() - begun_), place_.data());
  place_.advance(piece);
  publish();
  begun_ = piece < size ? begun_ + piece : 0;
  return piece == size;
}

void RingSender::send(Buffer& frame) {
  if (queued_.empty() && write(frame)) {
    frame.clear();
    return;
  }
  if (queued_.empty()) backlog_.add(*this);
  queued_.push_back(std::move(frame));
  frame = reused(spare_);
}

bool RingSender::flushed() {
  while (!queued_.empty()) {
    ring_.state().crowded.store(1, std::memory_order_seq_cst);  // before the last look for room
    if (!write(queued_.front())) return false;
    spare_.push_back(std::move(queued_.front()));
    queued_.pop_front();
  }
  ring_.state().crowded.store(0, std::memory_order_relaxed);
  return true;
}

// ---- target
// --------------------------------------------------------------------------------------

RingReceiver::RingReceiver(Ring ring, Mapping page, Bell& bell, bool in_place)
    : ring_{std::move(ring)},
      page_{std::move(page)},
      bell_{bell},
      in_place_{in_place},
      seen_{ring_},
      freed_{ring_} {}

std::size_t RingReceiver::here() {
  if (written_ == seen_.count()) written_ = ring_.state().written.load(std::memory_order_acquire);
  const auto bytes = written_ - seen_.count();
  if (bytes > ring_.capacity())
    throw Error{Fault::protocol, "a ring of {} bytes that is said to hold {}", ring_.capacity(),
                bytes};
  return static_cast<std::size_t>(bytes);
}

std::span<const std::byte> RingReceiver::next() {
  const std::size_t bytes = here();
  if (bytes == 0) return {};
  if (coming_.size() > 0) return collect(frame_size(coming_.view()));
  const std::size_t size = frame_size({seen_.data(), bytes});
  if (!in_place_ || padded(size) > ring_.capacity()) return collect(size);
  if (padded(size) > bytes)
    throw Error{Fault::protocol, "a frame of {} bytes, of which {} came", size, bytes};
  const std::span<const std::byte> frame{seen_.data(), size};
  seen_.advance(padded(size));
  return frame;
}

/// Copies what is here of a frame of `size` bytes, and makes room for the rest.
std::span<const std::byte> RingReceiver::collect(std::size_t size) {
  if (coming_.size() == 0) coming_ = reused(spare_);
  for (std::size_t bytes = here(); bytes > 0; bytes = here()) {
    const std::size_t piece = std::min(bytes, padded(size) - coming_.size());
    std::copy_n(seen_.data(), piece, coming_.extend(piece));
    seen_.advance(piece);
    free(piece);
    if (coming_.size() < padded(size)) continue;
    coming_.shrink(size);
    copies_.push_back(std::move(coming_));
    coming_ = {};
    return copies_.back().view();
  }
  return {};
}

void RingReceiver::drop() {
  if (!copies_.empty()) {
    spare_.push_back(std::move(copies_.front()));
    copies_.pop_front();
    return;
  }
  free(padded(frame_size({freed_.data(), sizeof(FrameHeader)})));
}

void RingReceiver::free(std::size_t bytes) {
  freed_.advance(bytes);
  auto& state = ring_.state();
  state.read.store(freed_.count(), std::memory_order_seq_cst);
  if (state.crowded.load(std::memory_order_seq_cst) != 0) bell_.ring();
}

void RingReceiver::release(std::uint64_t count) {
  ring_.state().released.store(count, std::memory_order_seq_cst);
  bell_.ring();
}

}  // namespace tutti::transport
