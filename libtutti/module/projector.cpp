// SPDX-License-Identifier: MIT
#include "projector.hpp"

#include <algorithm>
#include <cmath>

#include "tutti/error.hpp"

namespace tutti::module {
namespace {

constexpr std::size_t padded(std::size_t rows) {
  return (rows + kernel_rows - 1) / kernel_rows * kernel_rows;
}

}  // namespace

Projector::Projector(std::span<const control::Projection> pieces, transport::IndexMap map)
    : rows_{pieces.front().rows},
      padded_rows_{padded(rows_)},
      columns_{map.size()},
      scale_{std::ldexp(1.0, pieces.front().fraction_bits)},
      map_{std::move(map)},
      add_{add_group()} {
  std::size_t column = 0;
  matrix_.resize(columns_ * padded_rows_);
  for (const auto& piece : pieces) {
    groups_.insert(groups_.end(), piece.groups.begin(), piece.groups.end());
    const std::size_t count = rows_ == 0 ? 0 : piece.values.size() / rows_;
    if (piece.rows != rows_ || count > columns_ - column)
      throw Error{Fault::protocol, "a matrix of {} rows and {} columns for {} elements", piece.rows,
                  column + count, columns_};
    for (std::size_t k = 0; k < count; ++k, ++column)
      std::copy_n(piece.values.data() + k * rows_, rows_, matrix_.data() + column * padded_rows_);
  }
  if (column != columns_)
    throw Error{Fault::protocol, "a matrix of {} columns for {} elements", column, columns_};
  samples_.resize(block * columns_);
  sums_.resize(block * padded_rows_);
}

void Projector::add(std::span<const double> sample) {
  map_.gather(sample, samples_.data() + count_++ * columns_);
}

void Projector::write(std::int64_t* sums) {
  std::ranges::fill(sums_, 0);
  const Factors factors{matrix_.data(), samples_.data(), columns_, padded_rows_, scale_};
  std::size_t column = 0;
  for (const auto size : groups_) {
    add_(factors, column, size, count_, sums_.data());
    column += size;
  }
  for (std::size_t s = 0; s < count_; ++s)
    std::copy_n(sums_.data() + s * padded_rows_, rows_, sums + s * rows_);
  count_ = 0;
}

}  // namespace tutti::module
