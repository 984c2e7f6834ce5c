// SPDX-License-Identifier: MIT
#include "ring_channel.hpp"

#include <algorithm>

#include "tutti/error.hpp"

namespace tutti::transport {
namespace {

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
      cookie_{ring_.state().cookie},
      place_{ring_} {}

bool RingSender::has_room(std::size_t bytes) {
  const auto fits = [&] { return place_.count() + bytes - read_ <= ring_.capacity(); };
  if (!fits()) read_ = ring_.state().read.load(std::memory_order_seq_cst);
  return fits();
}

void RingSender::publish(std::size_t size, std::uint64_t size_field) {
  auto& slot = place_.slot();
  slot.size = size_field;
  slot.stamp.store(Slot::stamp_of(place_.count(), cookie_), std::memory_order_release);
  place_.advance(Slot::footprint(size));
  bell_.ring();
}

/// A frame that a ring can hold is written as a whole or not at all.
bool RingSender::write(const Buffer& frame) {
  const std::size_t bytes = Slot::footprint(frame.size());
  if (bytes > ring_.capacity()) return write_piece(frame);
  if (!has_room(bytes)) return false;
  std::copy_n(frame.data(), frame.size(), place_.slot().bytes());
  publish(frame.size(), frame.size());
  return true;
}

/// A longer one goes in pieces of a quarter of a ring, as room appears. True once all is written.
bool RingSender::write_piece(const Buffer& frame) {
  const std::size_t most = ring_.capacity() / 4 - sizeof(Slot);
  while (begun_ < frame.size()) {
    const std::size_t piece = std::min(most, frame.size() - begun_);
    if (!has_room(Slot::footprint(piece))) return false;
    std::copy_n(frame.data() + begun_, piece, place_.slot().bytes());
    begun_ += piece;
    publish(piece, begun_ < frame.size() ? piece | Slot::more : piece);
  }
  begun_ = 0;
  return true;
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

std::byte* RingSender::reserve(std::size_t size) {
  const std::size_t bytes = Slot::footprint(size);
  if (!queued_.empty() || bytes > ring_.capacity() || !has_room(bytes)) return nullptr;
  return place_.slot().bytes();
}

bool RingSender::flushed() {
  while (!queued_.empty()) {
    ring_.state().crowded.store(1, std::memory_order_seq_cst);  // before the last look for room
    if (!write(queued_.front())) return false;
    spare_.push_back(std::move(queued_.front()));
    queued_.pop_front();
    ring_.state().crowded.store(0, std::memory_order_relaxed);
  }
  return true;
}

// ---- target
// --------------------------------------------------------------------------------------

RingReceiver::RingReceiver(Ring ring, Mapping page, Bell& bell, bool in_place)
    : ring_{std::move(ring)},
      page_{std::move(page)},
      bell_{bell},
      in_place_{in_place},
      cookie_{ring_.state().cookie},
      seen_{ring_},
      freed_{ring_} {}

/// The next piece, if it is here. If not, it is time to tell what was freed.
Slot* RingReceiver::slot_here() {
  auto& slot = seen_.slot();
  if (slot.stamp.load(std::memory_order_acquire) != Slot::stamp_of(seen_.count(), cookie_)) {
    if (published_ != freed_.count() || ring_.state().crowded.load(std::memory_order_relaxed) != 0)
      publish();
    return nullptr;
  }
  if (const auto size = slot.size & ~Slot::more; size > ring_.capacity() - sizeof(Slot))
    throw Error{Fault::protocol, "a piece of {} bytes in a ring of {}", size, ring_.capacity()};
  return &slot;
}

std::span<const std::byte> RingReceiver::next() {
  Slot* slot = slot_here();
  if (slot == nullptr) return {};
  if (!in_place_ || coming_.size() > 0 || (slot->size & Slot::more) != 0) return collect(*slot);
  const std::span<const std::byte> frame{slot->bytes(), slot->size};
  seen_.advance(Slot::footprint(frame.size()));
  return frame;
}

/// Copies what is here of a frame, and makes room for the rest.
std::span<const std::byte> RingReceiver::collect(Slot& first) {
  if (coming_.size() == 0) coming_ = reused(spare_);
  for (Slot* slot = &first; slot != nullptr; slot = slot_here()) {
    const std::size_t size = slot->size & ~Slot::more;
    const bool last = (slot->size & Slot::more) == 0;
    std::copy_n(slot->bytes(), size, coming_.extend(size));
    seen_.advance(Slot::footprint(size));
    free(Slot::footprint(size));
    if (!last) continue;
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
  free(Slot::footprint(freed_.slot().size));
}

/// The source learns of it a quarter of a ring at a time, or when there is nothing else to do.
void RingReceiver::free(std::size_t bytes) {
  freed_.advance(bytes);
  if (freed_.count() - published_ >= ring_.capacity() / 4) publish();
}

void RingReceiver::publish() {
  published_ = freed_.count();
  auto& state = ring_.state();
  state.read.store(published_, std::memory_order_seq_cst);
  if (state.crowded.load(std::memory_order_seq_cst) != 0) bell_.ring();
}

void RingReceiver::release(std::uint64_t count) {
  ring_.state().released.store(count, std::memory_order_release);
  bell_.ring();
}

}  // namespace tutti::transport
