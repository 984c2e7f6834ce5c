// SPDX-License-Identifier: MIT
// A reconstruction from anywhere, through both of our readers of SWC.
#include "app/swc.hpp"
#include "morphology/swc.hpp"
#include "target.hpp"
#include "tutti/error.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Scratch scratch;
  const auto text = fuzz::text_of(data, size);
  try {
    cell::parse_swc(text, "fuzz.swc");
  } catch (const tutti::Error&) {
  }
  try {
    tutti::rxd_app::read_swc(scratch.file("fuzz.swc", text), 10.0);
  } catch (const tutti::Error&) {
  }
  return 0;
}
