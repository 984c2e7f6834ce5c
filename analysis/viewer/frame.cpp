// SPDX-License-Identifier: MIT
#include "frame.hpp"

#include <bit>
#include <cstring>

#include "tutti/error.hpp"

namespace viewer {
namespace {

static_assert(std::endian::native == std::endian::little, "frames are copied, not converted");

constexpr std::uint32_t spikes_kind = 1, samples_kind = 2;

template <typename T>
void put(std::string& to, const T& value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  to.append(bytes, sizeof value);
}

double ms(std::int64_t ticks) { return static_cast<double>(ticks) / 1e9; }

}  // namespace

std::string to_frame(const Block& block, std::uint32_t subscription, std::uint64_t sequence) {
  std::string frame;
  frame.reserve(56 + block.bytes());
  put(frame, block.width == 0 ? spikes_kind : samples_kind);
  put(frame, subscription);
  put(frame, sequence);
  put(frame, block.lost);
  put(frame, ms(ticks(block.from)));
  put(frame, ms(ticks(block.to)));
  put(frame, static_cast<std::uint32_t>(block.times.size()));
  put(frame, block.width);
  put(frame, std::uint64_t{0});
  for (const auto tick : block.times) put(frame, ms(tick));
  for (const auto element : block.elements) {
    if (element > 0xffffffffU)
      throw tutti::Error{tutti::Fault::usage, "element {} is beyond what a browser can show",
                         element};
    put(frame, static_cast<std::uint32_t>(element));
  }
  const auto at = frame.size();
  frame.resize(at + block.values.size() * sizeof(float));
  if (!block.values.empty())
    std::memcpy(frame.data() + at, block.values.data(), block.values.size() * sizeof(float));
  return frame;
}

}  // namespace viewer
