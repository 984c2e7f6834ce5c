// SPDX-License-Identifier: MIT
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "bell.hpp"
#include "shared_memory.hpp"

namespace tutti::transport {

/// The first page of a ring. Starts as zeros but for the cookie.
struct RingState {
  std::uint64_t cookie;                             ///< Of the target, for stamps.
  alignas(64) std::atomic<std::uint32_t> crowded;   ///< By the source: it waits for room.
  alignas(64) std::atomic<std::uint64_t> read;      ///< By the target: bytes it is done with.
  alignas(64) std::atomic<std::uint64_t> released;  ///< By the target: frames, for credits.
};
static_assert(sizeof(RingState) <= page_bytes);
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

/// What stands before each piece in a ring. There is no common count of what is written: the stamp
/// says that a piece is here, so a short frame is one cache line from core to core. A stamp tells
/// the place in the stream of bytes; mixed with a cookie it is nothing that data happen to be.
struct Slot {
  static constexpr std::size_t line = 64;  ///< Slots begin at multiples of this.
  static constexpr std::uint64_t more = std::uint64_t{1} << 63;  ///< A frame goes on in the next.

  std::atomic<std::uint64_t> stamp;
  std::uint64_t size;  ///< [bytes] that follow; and `more`

  std::byte* bytes() { return reinterpret_cast<std::byte*>(this + 1); }
  static std::uint64_t stamp_of(std::uint64_t count, std::uint64_t cookie) {
    return (count + 1) * 0x9E3779B97F4A7C15U ^ cookie;
  }
  /// What a piece of `size` bytes takes up.
  static constexpr std::size_t footprint(std::size_t size) {
    return (sizeof(std::uint64_t) * 2 + size + line - 1) / line * line;
  }
};
static_assert(sizeof(Slot) == 16);

/// A ring of bytes from one rank to one rank, as one of the two has it mapped.
class Ring {
 public:
  Ring() = default;
  /// `capacity` [bytes]: whole pages. Lies at `offset` of `memory`: a page, then the bytes.
  Ring(const SharedMemory& memory, std::size_t offset, std::size_t capacity)
      : mapping_{memory, offset, page_bytes, capacity}, capacity_{capacity} {}

  static std::size_t footprint(std::size_t capacity) { return page_bytes + capacity; }
  explicit operator bool() const { return static_cast<bool>(mapping_); }
  RingState& state() const { return *reinterpret_cast<RingState*>(mapping_.data()); }
  std::byte* bytes() const { return mapping_.data() + page_bytes; }
  std::size_t capacity() const { return capacity_; }

 private:
  Mapping mapping_;
  std::size_t capacity_ = 0;
};

/// One side's place in a ring: a count of bytes, and where that is.
class RingPlace {
 public:
  explicit RingPlace(const Ring& ring) : bytes_{ring.bytes()}, capacity_{ring.capacity()} {}
  std::uint64_t count() const { return count_; }
  /// The bytes from here on, up to a capacity in one piece.
  std::byte* data() const { return bytes_ + at_; }
  Slot& slot() const { return *reinterpret_cast<Slot*>(data()); }
  /// Requires bytes <= capacity.
  void advance(std::size_t bytes) {
    count_ += bytes;
    at_ += bytes;
    if (at_ >= capacity_) at_ -= capacity_;
  }

 private:
  std::byte* bytes_;
  std::size_t capacity_;
  std::uint64_t count_ = 0;
  std::size_t at_ = 0;
};

}  // namespace tutti::transport
