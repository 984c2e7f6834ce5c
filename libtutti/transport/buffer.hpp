// SPDX-License-Identifier: MIT
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <utility>

namespace tutti::transport {

/// Bytes that grow and are never set to zero first; 64-byte aligned. Can be moved, not copied.
class Buffer {
 public:
  Buffer() = default;
  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    swap(other);
    return *this;
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() = default;

  std::byte* data() { return data_.get(); }
  const std::byte* data() const { return data_.get(); }
  std::size_t size() const { return size_; }
  std::span<const std::byte> view() const { return {data_.get(), size_}; }
  void clear() { size_ = 0; }
  /// Requires size <= size().
  void shrink(std::size_t size) { size_ = size; }

  /// `count` more bytes, to be written by the caller; valid until the next call.
  std::byte* extend(std::size_t count) {
    if (count > capacity_ - size_) grow(size_ + count);
    std::byte* place = data_.get() + size_;
    size_ += count;
    return place;
  }
  /// The bytes there are without growing; those beyond size() are the caller's to write, and count
  /// once `extend` reaches them.
  std::size_t capacity() const { return capacity_; }
  void reserve(std::size_t bytes) {
    if (bytes > capacity_) grow(bytes);
  }
  template <typename T>
  void push(T value) {
    std::memcpy(extend(sizeof value), &value, sizeof value);
  }

 private:
  static constexpr std::size_t alignment = 64;
  struct Free {
    void operator()(std::byte* p) const { std::free(p); }  // NOLINT(*-no-malloc): aligned_alloc
  };
  void swap(Buffer& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }
  void grow(std::size_t least) {
    std::size_t capacity = std::max<std::size_t>({least, 2 * capacity_, 256});
    capacity = (capacity + alignment - 1) / alignment * alignment;
    std::unique_ptr<std::byte, Free> bigger{
        static_cast<std::byte*>(std::aligned_alloc(alignment, capacity))};
    if (!bigger) throw std::bad_alloc{};
    if (size_ > 0) std::memcpy(bigger.get(), data_.get(), size_);
    data_ = std::move(bigger);
    capacity_ = capacity;
  }

  std::unique_ptr<std::byte, Free> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace tutti::transport
