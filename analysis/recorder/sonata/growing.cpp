// SPDX-License-Identifier: MIT
#include "sonata/growing.hpp"

#include <array>

namespace sonata {
namespace {

constexpr std::size_t list_chunk = 16384;         // 128 KiB of a spike list
constexpr std::size_t memory_bytes = 8ULL << 20;  // of one dataset, while chunks fill
constexpr std::size_t chunk_bytes = 1ULL << 20;   // HDF5 tools cache 1 MiB per dataset
constexpr std::size_t max_rows = 1024;

int rank_of(Layout layout) { return layout == Layout::list ? 1 : 2; }

/// {time, width} in the order the layout wants them.
std::array<hsize_t, 2> ordered(Layout layout, hsize_t time, hsize_t width) {
  if (layout == Layout::time_last) return {width, time};
  return {time, width};
}

Handle chunked_list(const File& file, const Storage& storage, const Chunk& chunk) {
  Handle list = creation_list(H5P_DATASET_CREATE);
  const auto size = ordered(storage.layout, chunk.rows, chunk.columns);
  need(H5Pset_chunk(list.get(), rank_of(storage.layout), size.data()), file.name, "set chunks");
  if (storage.compression > 0) {
    need(H5Pset_shuffle(list.get()), file.name, "set the shuffle filter");
    need(H5Pset_deflate(list.get(), static_cast<unsigned>(storage.compression)), file.name,
         "set the gzip filter");
  } else {
    H5Pset_fill_time(list.get(), H5D_FILL_TIME_NEVER);  // a chunk is not first written with zeros
  }
  return list;
}

}  // namespace

Chunk chunk_of(const Storage& storage, std::size_t value_size) {
  if (storage.layout == Layout::list) return {list_chunk, 1};
  const std::size_t row = std::max<std::size_t>(storage.width * value_size, 1);
  const auto rows = std::clamp<std::size_t>(memory_bytes / row, 1, max_rows);
  const auto wanted = std::max<std::size_t>(chunk_bytes / (rows * value_size), 1);
  const std::size_t pieces = (storage.width + wanted - 1) / wanted;
  return {rows, (storage.width + pieces - 1) / pieces};
}

GrowingBase::GrowingBase(const File& file, hid_t parent, const std::string& name, hid_t file_type,
                         hid_t memory_type, Storage storage)
    : file_{file.name}, name_{name}, memory_type_{memory_type}, storage_{storage} {
  if (storage.width == 0) throw Error{file.name + ": " + name + " has no values to record"};
  chunk_ = chunk_of(storage, H5Tget_size(file_type));
  pieces_ = (storage.width + chunk_.columns - 1) / chunk_.columns;
  chunk_bytes_ = chunk_.rows * chunk_.columns * H5Tget_size(memory_type);
  direct_ = storage.compression == 0 && H5Tequal(file_type, memory_type) > 0;
  const int rank = rank_of(storage.layout);
  const auto length = ordered(storage.layout, 0, storage.width);
  const auto limit = ordered(storage.layout, H5S_UNLIMITED, storage.width);
  const Handle space{H5Screate_simple(rank, length.data(), limit.data()), H5Sclose};
  const Handle create = chunked_list(file, storage, chunk_);
  const Handle access{H5Pcreate(H5P_DATASET_ACCESS), H5Pclose};
  H5Pset_chunk_cache(access.get(), H5D_CHUNK_CACHE_NSLOTS_DEFAULT, 0, H5D_CHUNK_CACHE_W0_DEFAULT);
  set_ = Handle{need(H5Dcreate2(parent, name.c_str(), file_type, space.get(), H5P_DEFAULT,
                                create.get(), access.get()),
                     file_, "make dataset " + name),
                H5Dclose};
}

void GrowingBase::write_whole(const void* chunk, hsize_t piece) {
  const auto start = ordered(storage_.layout, written_, piece * chunk_.columns);
  need(H5Dwrite_chunk(set_.get(), H5P_DEFAULT, 0, start.data(), chunk_bytes_, chunk), file_,
       "write to dataset " + name_);
}

void GrowingBase::write_part(const void* chunk, hsize_t piece, hsize_t from, hsize_t count) {
  const int rank = rank_of(storage_.layout);
  const hsize_t column = piece * chunk_.columns;
  const hsize_t columns = std::min<hsize_t>(chunk_.columns, storage_.width - column);
  const auto size = ordered(storage_.layout, count, columns);
  const auto select = [&](hid_t space, hsize_t time, hsize_t width) {
    const auto start = ordered(storage_.layout, time, width);
    need(H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, size.data(), nullptr),
         file_, "select rows");
  };
  const auto all = ordered(storage_.layout, chunk_.rows, chunk_.columns);
  const Handle source{H5Screate_simple(rank, all.data(), nullptr), H5Sclose};
  const Handle target{need(H5Dget_space(set_.get()), file_, "read a shape"), H5Sclose};
  select(source.get(), from, 0);
  select(target.get(), written_, column);
  need(H5Dwrite(set_.get(), memory_type_, source.get(), target.get(), H5P_DEFAULT, chunk), file_,
       "write to dataset " + name_);
}

void GrowingBase::write_up_to(hsize_t rows, const void* chunks) {
  const hsize_t from = written_ % chunk_.rows;  // what a tail brought out before
  if (rows <= from) return;
  const auto length = ordered(storage_.layout, written_ + rows - from, storage_.width);
  need(H5Dset_extent(set_.get(), length.data()), file_, "extend dataset " + name_);
  for (hsize_t piece = 0; piece < pieces_; ++piece) {
    const auto* chunk = static_cast<const std::byte*>(chunks) + piece * chunk_bytes_;
    if (direct_ && from == 0 && rows == chunk_.rows)
      write_whole(chunk, piece);
    else
      write_part(chunk, piece, from, rows - from);
  }
  written_ += rows - from;
}

}  // namespace sonata
