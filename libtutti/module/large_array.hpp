// SPDX-License-Identifier: MIT
#pragma once
#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>

namespace tutti::module {

/// Many numbers, all 0, in pages of 2 MB where the system gives them: with those of 4 KB a sample
/// that is written cell by cell, far from each other, would wait for the tables of pages each time.
class LargeArray {
 public:
  LargeArray() = default;
  explicit LargeArray(std::size_t size) {
    constexpr std::size_t page = std::size_t{2} << 20, line = 64;
    std::size_t bytes = size * sizeof(float);
    const std::size_t unit = bytes < page ? line : page;
    bytes = (bytes / unit + 1) * unit;
    data_.reset(static_cast<float*>(std::aligned_alloc(unit, bytes)));
    if (!data_) throw std::bad_alloc{};
    if (unit == page) ::madvise(data_.get(), bytes, MADV_HUGEPAGE);  // if not, it is only slower
    for (std::size_t k = 0; k < size; ++k) data_[k] = 0;
  }
  float* data() { return data_.get(); }
  const float* data() const { return data_.get(); }

 private:
  struct Free {
    void operator()(float* p) const { std::free(p); }
  };
  std::unique_ptr<float[], Free> data_;
};

}  // namespace tutti::module
