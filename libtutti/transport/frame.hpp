// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "buffer.hpp"

/// The form of a data frame: 32 bytes of header, little-endian, then the payload. A frame is all
/// that one source rank has to say to one target rank about one interval of one connection; an
/// empty one says "nothing happened up to here". docs/reference/wire.md is the page for other
/// implementers.
namespace tutti::transport {

enum class Payload : std::uint8_t {
  keys,      ///< Spikes, one 64-bit key each: (t - frame begin) << element bits | element - base.
  wide,      ///< Spikes, where that does not fit: int64 tick, uint64 element.
  doubles,   ///< Samples after each other, each float64 × elements of the route.
  singles,   ///< The same as float32.
  messages,  ///< int64 tick, uint32 size of the media type, uint32 0, uint64 size, both texts.
  sums,      ///< Samples after each other, each int64 × rows of a projection: fixed-point numbers.
};

struct FrameHeader {
  static constexpr std::uint16_t expected_magic = 0x7475;  // "ut"
  static constexpr std::uint8_t expected_version = 1;
  static constexpr std::uint8_t weights = 0x80;  ///< flag: a float64 weight per spike follows

  std::uint16_t magic = expected_magic;
  std::uint8_t version = expected_version;
  std::uint8_t format = 0;  ///< Payload, and flags
  std::uint32_t connection = 0;
  std::uint32_t source_rank = 0;
  std::uint32_t count = 0;     ///< spikes, samples or messages
  std::uint64_t sequence = 0;  ///< frame number: contract, "The plan"
  std::uint64_t bytes = 0;     ///< of the payload

  Payload payload() const { return static_cast<Payload>(format & 0x7F); }
  bool weighted() const { return (format & weights) != 0; }
};
static_assert(sizeof(FrameHeader) == 32);

/// Starts a frame: leaves room for the header, which `seal` writes when the rest is there.
inline void open_frame(Buffer& buffer) {
  buffer.clear();
  buffer.extend(sizeof(FrameHeader));
}
inline void seal_frame(Buffer& buffer, FrameHeader header) {
  header.bytes = buffer.size() - sizeof header;
  std::memcpy(buffer.data(), &header, sizeof header);
}

/// Reads the header of a frame as it arrived and checks what can be checked without knowing the
/// connection. Throws Error{protocol}.
FrameHeader read_header(std::span<const std::byte> frame);

/// The whole size [bytes] that the beginning of a frame announces. Throws Error{protocol}, also for
/// a size that nobody sends.
std::size_t frame_size(std::span<const std::byte> head);

}  // namespace tutti::transport
