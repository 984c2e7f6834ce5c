// SPDX-License-Identifier: MIT
#pragma once
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>

/// What a fuzz target is: a function that takes any bytes. It must return 0; what it may not do is
/// crash, hang, grow without bounds or throw anything but the errors its parser documents.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace fuzz {

inline std::span<const std::byte> bytes_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const std::byte*>(data), size};
}
inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// What holds for every input; a fuzzer takes the abort for a finding.
inline void require(bool holds) {
  if (!holds) std::abort();
}

/// Takes an input apart from its front; what is not there reads as 0.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_{bytes_of(data, size)} {}
  bool empty() const { return rest_.empty(); }
  template <typename T>
  T take() {
    T value{};
    const auto size = std::min(sizeof value, rest_.size());
    if (size > 0) std::memcpy(&value, rest_.data(), size);
    rest_ = rest_.subspan(size);
    return value;
  }
  std::span<const std::byte> take(std::size_t size) {
    const auto head = rest_.first(std::min(size, rest_.size()));
    rest_ = rest_.subspan(head.size());
    return head;
  }
  /// A stretch that says its own length, as `put_piece` writes it.
  std::span<const std::byte> piece() { return take(take<std::uint16_t>()); }
  std::span<const std::byte> rest() { return take(rest_.size()); }

 private:
  std::span<const std::byte> rest_;
};

/// A folder of this process in memory, for parsers that want a file; it goes when the process does.
class Scratch {
 public:
  Scratch() {
    std::string name = "/dev/shm/tutti-fuzz-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    folder_ = name;
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const std::filesystem::path& folder() const { return folder_; }
  /// The path of a file with that content.
  std::filesystem::path file(const char* name, std::string_view content) const {
    const auto path = folder_ / name;
    std::ofstream{path, std::ios::binary} << content;
    return path;
  }

 private:
  std::filesystem::path folder_;
};

}  // namespace fuzz
