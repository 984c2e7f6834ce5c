// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdlib>
#include <new>
#include <utility>

#include "engine/vec.hpp"

namespace cell::engine {

/// An array of lanes, zero at first, aligned for the widest instruction set (std::vector would
/// align for the one its own file is compiled for).
class Lanes {
 public:
  Lanes() = default;
  explicit Lanes(std::size_t count)
      : data_{static_cast<Vec*>(std::aligned_alloc(sizeof(Vec), (count + 1) * sizeof(Vec)))},
        size_{count} {
    if (data_ == nullptr) throw std::bad_alloc{};
    for (std::size_t k = 0; k < count; ++k) data_[k] = Vec{};
  }
  ~Lanes() { std::free(data_); }
  Lanes(const Lanes&) = delete;
  Lanes& operator=(const Lanes&) = delete;
  Lanes& operator=(Lanes&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  std::size_t size() const { return size_; }
  Vec* data() { return data_; }
  Vec* begin() { return data_; }
  Vec* end() { return data_ + size_; }
  Vec& operator[](std::size_t k) { return data_[k]; }
  const Vec& operator[](std::size_t k) const { return data_[k]; }

 private:
  Vec* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace cell::engine
