// SPDX-License-Identifier: MIT
#include "frame.hpp"

#include "tutti/error.hpp"

namespace tutti::transport {

FrameHeader read_header(std::span<const std::byte> frame) {
  FrameHeader header;
  if (frame.size() < sizeof header)
    throw Error{Fault::protocol, "a frame of {} bytes, shorter than its header", frame.size()};
  std::memcpy(&header, frame.data(), sizeof header);
  if (header.magic != FrameHeader::expected_magic ||
      header.version != FrameHeader::expected_version)
    throw Error{Fault::protocol, "bytes that are no frame of version {}: {:04x} {}",
                FrameHeader::expected_version, header.magic, header.version};
  if (header.payload() > Payload::sums)
    throw Error{Fault::protocol, "a frame with a payload of unknown kind {}", header.format};
  return header;
}

std::size_t frame_size(std::span<const std::byte> head) {
  constexpr std::uint64_t most = std::uint64_t{1} << 40;
  const auto header = read_header(head);
  if (header.bytes > most)
    throw Error{Fault::protocol, "a frame that says it has {} bytes", header.bytes};
  return sizeof header + header.bytes;
}

}  // namespace tutti::transport
