// SPDX-License-Identifier: MIT
#pragma once
#include <vector>

#include "sonata/hdf5.hpp"

namespace sonata {

/// Where time lies in the array of a dataset that grows with it.
enum class Layout {
  list,        ///< [time]
  time_first,  ///< [time × width]
  time_last    ///< [width × time]
};

/// How a growing dataset is stored.
struct Storage {
  Layout layout = Layout::list;
  std::size_t width = 1;  ///< Values of one instant.
  int compression = 0;    ///< 0 none, 1 to 9 shuffle and gzip of that strength.
};

/// A dataset that grows along time. Values gather in memory and go to the file in whole chunks,
/// each written once; `write_tail` brings out what has not filled one. Without compression no chunk
/// passes through HDF5's cache: a row that is written is in the file, and is never written again.
class GrowingBase {
 public:
  GrowingBase(const File& file, hid_t parent, const std::string& name, hid_t file_type,
              hid_t memory_type, Storage storage);
  /// Instants in the file, those in memory not counted.
  hsize_t written() const { return written_; }
  hid_t id() const { return set_.get(); }
  const Storage& storage() const { return storage_; }

 protected:
  /// Writes `rows` instants; for time_last they are already transposed.
  void write_rows(const void* values, hsize_t rows);
  hsize_t rows_per_chunk() const { return rows_per_chunk_; }

 private:
  std::string file_;
  std::string name_;
  hid_t memory_type_;
  Storage storage_;
  hsize_t rows_per_chunk_;
  hsize_t written_ = 0;
  Handle set_;
};

/// Instants of one chunk: large enough for the disk, small enough that the values of all chunks of
/// one instant fit into some megabytes of memory.
hsize_t chunk_rows(const Storage& storage, std::size_t value_size);

template <typename T>
class Growing : public GrowingBase {
 public:
  Growing(const File& file, hid_t parent, const std::string& name, Storage storage = {})
      : GrowingBase{file, parent, name, Type<T>::file(), Type<T>::memory(), storage} {
    buffer_.reserve(rows_per_chunk() * storage.width);
  }

  /// Adds whole instants: values.size() must be a multiple of the width.
  void append(std::span<const T> values) {
    buffer_.insert(buffer_.end(), values.begin(), values.end());
    if (buffer_.size() >= rows_per_chunk() * storage().width) write_whole_chunks();
  }
  /// One value of a list.
  void append(T value) {
    buffer_.push_back(value);
    if (buffer_.size() >= rows_per_chunk() * storage().width) write_whole_chunks();
  }
  /// One instant, value `order[i]` of `sample` in place i; all of it in its own order where `order`
  /// is empty.
  void append_ordered(std::span<const double> sample, std::span<const std::size_t> order) {
    const std::size_t old = buffer_.size();
    buffer_.resize(old + storage().width);
    T* to = buffer_.data() + old;
    if (order.empty())
      for (std::size_t i = 0; i < sample.size(); ++i) to[i] = static_cast<T>(sample[i]);
    else
      for (std::size_t i = 0; i < order.size(); ++i) to[i] = static_cast<T>(sample[order[i]]);
    if (buffer_.size() >= rows_per_chunk() * storage().width) write_whole_chunks();
  }

  /// Writes what has not filled a chunk. With compression that would rewrite the chunk later, so
  /// there it waits until it is full or the file is closed (`closing`).
  void write_tail(bool closing) {
    if (closing || storage().compression == 0) write(buffer_.size() / storage().width);
  }

  /// Instants in the file and in memory.
  hsize_t size() const { return written() + buffer_.size() / storage().width; }

 private:
  void write_whole_chunks() {
    const hsize_t end = size() / rows_per_chunk() * rows_per_chunk();
    write(end - written());
  }
  void write(hsize_t rows) {
    if (rows == 0) return;
    if (storage().layout == Layout::time_last)
      write_rows(transposed(rows).data(), rows);
    else
      write_rows(buffer_.data(), rows);
    buffer_.erase(buffer_.begin(),
                  buffer_.begin() + static_cast<std::ptrdiff_t>(rows * storage().width));
  }
  std::vector<T> transposed(hsize_t rows) const {
    const std::size_t width = storage().width;
    std::vector<T> values(rows * width);
    for (hsize_t row = 0; row < rows; ++row)
      for (std::size_t column = 0; column < width; ++column)
        values[column * rows + row] = buffer_[row * width + column];
    return values;
  }
  std::vector<T> buffer_;
};

}  // namespace sonata
