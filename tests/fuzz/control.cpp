// SPDX-License-Identifier: MIT
// A control message from anybody: what can be read, can be written, and reads back as the same.
#include "target.hpp"
#include "tutti/control/messages.hpp"

using namespace tutti;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto once = control::encode(control::decode(fuzz::bytes_of(data, size)));
    fuzz::require(control::encode(control::decode(once)) == once);
  } catch (const Error&) {
  }
  return 0;
}
