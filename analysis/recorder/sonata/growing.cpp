// SPDX-License-Identifier: MIT
#include "sonata/growing.hpp"

#include <algorithm>
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

/// Columns of one chunk, so that one instant of very many elements is several chunks of about
/// chunk_bytes and reading one element does not read the whole file.
hsize_t chunk_columns(const Storage& storage, hsize_t rows, std::size_t value_size) {
  const std::size_t wanted = std::max<std::size_t>(chunk_bytes / (rows * value_size), 1);
  const std::size_t pieces = (storage.width + wanted - 1) / wanted;
  return (storage.width + pieces - 1) / pieces;
}

Handle chunked_list(const File& file, const Storage& storage, hsize_t rows,
                    std::size_t value_size) {
  Handle list = creation_list(H5P_DATASET_CREATE);
  const auto chunk = ordered(storage.layout, rows, chunk_columns(storage, rows, value_size));
  need(H5Pset_chunk(list.get(), rank_of(storage.layout), chunk.data()), file.name, "set chunks");
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

hsize_t chunk_rows(const Storage& storage, std::size_t value_size) {
  if (storage.layout == Layout::list) return list_chunk;
  const std::size_t row = std::max<std::size_t>(storage.width * value_size, 1);
  return std::clamp<std::size_t>(memory_bytes / row, 1, max_rows);
}

GrowingBase::GrowingBase(const File& file, hid_t parent, const std::string& name, hid_t file_type,
                         hid_t memory_type, Storage storage)
    : file_{file.name},
      name_{name},
      memory_type_{memory_type},
      storage_{storage},
      rows_per_chunk_{chunk_rows(storage, H5Tget_size(file_type))} {
  if (storage.width == 0) throw Error{file.name + ": " + name + " has no values to record"};
  const int rank = rank_of(storage.layout);
  const auto length = ordered(storage.layout, 0, storage.width);
  const auto limit = ordered(storage.layout, H5S_UNLIMITED, storage.width);
  const Handle space{H5Screate_simple(rank, length.data(), limit.data()), H5Sclose};
  const Handle create = chunked_list(file, storage, rows_per_chunk_, H5Tget_size(file_type));
  const Handle access{H5Pcreate(H5P_DATASET_ACCESS), H5Pclose};
  H5Pset_chunk_cache(access.get(), H5D_CHUNK_CACHE_NSLOTS_DEFAULT, 0, H5D_CHUNK_CACHE_W0_DEFAULT);
  set_ = Handle{need(H5Dcreate2(parent, name.c_str(), file_type, space.get(), H5P_DEFAULT,
                                create.get(), access.get()),
                     file_, "make dataset " + name),
                H5Dclose};
}

void GrowingBase::write_rows(const void* values, hsize_t rows) {
  const int rank = rank_of(storage_.layout);
  const auto length = ordered(storage_.layout, written_ + rows, storage_.width);
  const auto start = ordered(storage_.layout, written_, 0);
  const auto count = ordered(storage_.layout, rows, storage_.width);
  need(H5Dset_extent(set_.get(), length.data()), file_, "extend dataset " + name_);
  const Handle target{need(H5Dget_space(set_.get()), file_, "read a shape"), H5Sclose};
  need(H5Sselect_hyperslab(target.get(), H5S_SELECT_SET, start.data(), nullptr, count.data(),
                           nullptr),
       file_, "select rows");
  const Handle source{H5Screate_simple(rank, count.data(), nullptr), H5Sclose};
  need(H5Dwrite(set_.get(), memory_type_, source.get(), target.get(), H5P_DEFAULT, values), file_,
       "write to dataset " + name_);
  written_ += rows;
}

}  // namespace sonata
