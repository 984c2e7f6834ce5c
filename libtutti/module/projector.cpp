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
  matrix_ = LargeArray{columns_ * padded_rows_};
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
  samples_ = LargeArray{block * columns_};
  sums_.resize(block * padded_rows_);
  lost_.resize(block * padded_rows_);
  places_.reserve(block);
}

void Projector::add(std::span<const double> sample) {
  const std::size_t place = places_.size();
  std::size_t column = 0;
  for (const std::size_t size : groups_) {
    map_.gather(sample, column, size, samples_.data() + column * block + place * size);
    column += size;
  }
  places_.push_back(waiting_++);
}

bool Projector::draft(std::vector<SignalOutput::Run>& runs) {
  runs.clear();
  const auto first = map_.run();
  if (!first || full()) return false;
  std::size_t column = 0;
  for (const std::size_t size : groups_) {
    runs.push_back(
        {*first + column, size, samples_.data() + column * block + places_.size() * size});
    column += size;
  }
  return true;
}

void Projector::write(std::int64_t* sums) {
  const std::size_t count = places_.size();
  std::fill_n(sums_.begin(), count * padded_rows_, 0);
  std::fill_n(lost_.begin(), count * padded_rows_, std::uint8_t{0});
  std::size_t column = 0;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const std::size_t size = groups_[g], next = g + 1 < groups_.size() ? groups_[g + 1] : 0;
    add_({matrix_.data() + column * padded_rows_, samples_.data() + column * block, size,
          next * padded_rows_, next * count, size * block},
         padded_rows_, scale_, count, {sums_.data(), lost_.data()});
    column += size;
  }
  std::fill_n(sums, waiting_ * rows_, 0);
  for (std::size_t s = 0; s < count; ++s)
    for (std::size_t r = 0; r < rows_; ++r) {
      const std::size_t k = s * padded_rows_ + r;
      sums[places_[s] * rows_ + r] = lost_[k] != 0 ? no_sum : sums_[k];
    }
  places_.clear();
  waiting_ = 0;
}

}  // namespace tutti::module
