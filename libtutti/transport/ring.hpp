// SPDX-License-Identifier: MIT
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "bell.hpp"
#include "shared_memory.hpp"

namespace tutti::transport {

/// The first page of a ring: how far each side is, in bytes since the run began. Starts as zeros.
struct RingState {
  alignas(64) std::atomic<std::uint64_t> written;  ///< By the source.
  std::atomic<std::uint32_t> crowded;              ///< The source waits for room.
  alignas(64) std::atomic<std::uint64_t> read;     ///< By the target.
  std::atomic<std::uint64_t> released;             ///< Frames, for credits.
};
static_assert(sizeof(RingState) <= page_bytes);
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

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
