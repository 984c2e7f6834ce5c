// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>

namespace cell::engine {

/// `size` doubles, all 0, at an address that suits the widest vector.
class AlignedArray {
 public:
  AlignedArray() = default;
  explicit AlignedArray(std::size_t size) {
    constexpr std::size_t line = 64;
    const std::size_t bytes = (size * sizeof(double) + line - 1) / line * line;
    data_.reset(static_cast<double*>(std::aligned_alloc(line, bytes == 0 ? line : bytes)));
    if (!data_) throw std::bad_alloc{};
    for (std::size_t i = 0; i < size; ++i) data_[i] = 0;
  }
  double* data() { return data_.get(); }
  const double* data() const { return data_.get(); }
  double& operator[](std::size_t i) { return data_[i]; }
  double operator[](std::size_t i) const { return data_[i]; }

 private:
  struct Free {
    void operator()(double* p) const { std::free(p); }
  };
  std::unique_ptr<double[], Free> data_;
};

}  // namespace cell::engine
