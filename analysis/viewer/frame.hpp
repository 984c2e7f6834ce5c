// SPDX-License-Identifier: MIT
#pragma once
#include <string>

#include "stream.hpp"

namespace viewer {

/// The binary message of one block to a browser, as docs/reference/viewer-protocol.md has it: 56
/// bytes of header, times in ms as float64, then elements as u32 or values as float32; all
/// little-endian. `subscription` and `sequence` are the client's.
std::string to_frame(const Block& block, std::uint32_t subscription, std::uint64_t sequence);

}  // namespace viewer
