// SPDX-License-Identifier: MIT
#pragma once
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

/// Memory that two processes of one host see. It has no name anywhere: it is a descriptor that
/// vanishes with the processes that hold it, so a killed run leaves nothing behind.
namespace tutti::transport {

inline constexpr std::size_t page_bytes = 4096;

/// A memory file of this process. Empty where the system gives none.
class SharedMemory {
 public:
  SharedMemory() = default;
  /// `bytes`: whole pages; only what is touched takes up memory.
  explicit SharedMemory(std::size_t bytes);
  /// More of it; false where the system refuses.
  bool grow(std::size_t bytes);
  ~SharedMemory();
  SharedMemory(SharedMemory&& other) noexcept { std::swap(fd_, other.fd_); }
  SharedMemory& operator=(SharedMemory&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;

  /// The memory that process `pid` of this user calls `fd`; empty where that cannot be had.
  static SharedMemory of_process(pid_t pid, int fd);
  int fd() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

/// A part of such memory in this process's address space.
class Mapping {
 public:
  Mapping() = default;
  /// Maps `front` bytes from `offset` and behind them the `ring` bytes that follow, twice in a row:
  /// what crosses the end of a ring is then in one piece. All in whole pages. Empty where the
  /// system refuses.
  Mapping(const SharedMemory& memory, std::size_t offset, std::size_t front, std::size_t ring = 0);
  ~Mapping();
  Mapping(Mapping&& other) noexcept { swap(other); }
  Mapping& operator=(Mapping&& other) noexcept {
    swap(other);
    return *this;
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  std::byte* data() const { return data_; }
  explicit operator bool() const { return data_ != nullptr; }

 private:
  void swap(Mapping& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
  }
  std::byte* data_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace tutti::transport
