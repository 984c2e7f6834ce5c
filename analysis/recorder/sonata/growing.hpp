// SPDX-License-Identifier: MIT
#pragma once
#include <algorithm>
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

/// Size of the chunks of a growing dataset.
struct Chunk {
  hsize_t rows = 1;  ///< Instants: large enough for the disk, small enough that all chunks of one
                     ///< stretch of time fit into some megabytes of memory.
  hsize_t columns =
      1;  ///< Values of one instant, so that reading one does not read the whole file.
};
Chunk chunk_of(const Storage& storage, std::size_t value_size);

/// A dataset that grows along time. Values gather in memory in the shape of chunks and go to the
/// file one whole chunk after the other, past HDF5's cache and filters where there is no
/// compression; `write_tail` brings out what has not filled one. What is in the file is never
/// written again.
class GrowingBase {
 public:
  GrowingBase(const File& file, hid_t parent, const std::string& name, hid_t file_type,
              hid_t memory_type, Storage storage);
  /// Instants in the file, those in memory not counted.
  hsize_t written() const { return written_; }
  hid_t id() const { return set_.get(); }
  const Storage& storage() const { return storage_; }

 protected:
  const Chunk& chunk() const { return chunk_; }
  hsize_t pieces() const { return pieces_; }
  /// Writes instants up to `rows` of the current stretch of chunks; `chunks` holds all of them, one
  /// after the other.
  void write_up_to(hsize_t rows, const void* chunks);

 private:
  void write_whole(const void* chunk, hsize_t piece);
  void write_part(const void* chunk, hsize_t piece, hsize_t from, hsize_t count);

  std::string file_;
  std::string name_;
  hid_t memory_type_;
  Storage storage_;
  Chunk chunk_;
  hsize_t pieces_;           // chunks side by side that make up all values of an instant
  std::size_t chunk_bytes_;  // of one
  bool direct_;              // bytes go to the file as they are
  hsize_t written_ = 0;
  Handle set_;
};

template <typename T>
class Growing : public GrowingBase {
 public:
  Growing(const File& file, hid_t parent, const std::string& name, Storage storage = {})
      : GrowingBase{file, parent, name, Type<T>::file(), Type<T>::memory(), storage} {}

  /// One value of a list.
  void append(T value) {
    make_room();
    chunks_[rows_++] = value;
    if (rows_ == chunk().rows) write_stretch();
  }
  /// One instant, value `order[i]` of `sample` in place i; all of it in its own order where `order`
  /// is empty.
  void append_ordered(std::span<const double> sample, std::span<const std::size_t> order) {
    make_room();
    const auto [rows, columns] = chunk();
    const std::size_t width = storage().width;
    const bool across = storage().layout == Layout::time_last;
    for (std::size_t first = 0, piece = 0; first < width; first += columns, ++piece) {
      T* const to = chunks_.data() + piece * rows * columns + (across ? rows_ : rows_ * columns);
      const std::size_t stride = across ? rows : 1;
      const std::size_t count = std::min<std::size_t>(columns, width - first);
      if (!order.empty())
        for (std::size_t i = 0; i < count; ++i)
          to[i * stride] = static_cast<T>(sample[order[first + i]]);
      else if (across)
        for (std::size_t i = 0; i < count; ++i) to[i * stride] = static_cast<T>(sample[first + i]);
      else
        for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<T>(sample[first + i]);
    }
    if (++rows_ == chunk().rows) write_stretch();
  }

  /// Writes what has not filled a chunk. With compression that would rewrite the chunk later, so
  /// there it waits until it is full or the file is closed (`closing`).
  void write_tail(bool closing) {
    if (closing || storage().compression == 0) write_up_to(rows_, chunks_.data());
  }

 private:
  void make_room() {
    if (chunks_.empty()) chunks_.resize(pieces() * chunk().rows * chunk().columns);
  }
  void write_stretch() {
    write_up_to(rows_, chunks_.data());
    rows_ = 0;
  }

  std::vector<T> chunks_;  // of the current stretch of time, piece by piece as they lie in the file
  hsize_t rows_ = 0;       // instants in them
};

}  // namespace sonata
