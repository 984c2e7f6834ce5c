// SPDX-License-Identifier: MIT
#pragma once
#include <hdf5.h>

#include <cstdint>
#include <filesystem>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sonata {

/// A file that cannot be written, read or understood, in one sentence that names it.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws Error "FILE: cannot WHAT: " with HDF5's most specific reason.
[[noreturn]] void fail(const std::string& file, std::string_view what);

/// The status of a call of HDF5, or Error where it is negative. `what` completes "cannot ...".
template <typename Status>
Status need(Status status, const std::string& file, std::string_view what) {
  if (status < 0) fail(file, what);
  return status;
}

/// Owns one identifier of HDF5 and gives it back.
class Handle {
 public:
  using Close = herr_t (*)(hid_t);
  Handle() = default;
  Handle(hid_t id, Close close) : id_{id}, close_{close} {}
  Handle(Handle&& other) noexcept : id_{std::exchange(other.id_, -1)}, close_{other.close_} {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { reset(); }
  /// Closes it now; negative where HDF5 could not, which for a file may mean a full disk.
  herr_t reset() noexcept { return id_ >= 0 ? close_(std::exchange(id_, -1)) : 0; }
  hid_t get() const { return id_; }
  explicit operator bool() const { return id_ >= 0; }

 private:
  hid_t id_ = -1;
  Close close_ = nullptr;
};

/// How a number lies in memory and how in the file (always little-endian, so that files are equal).
template <typename T>
struct Type;
template <>
struct Type<double> {
  static hid_t memory() { return H5T_NATIVE_DOUBLE; }
  static hid_t file() { return H5T_IEEE_F64LE; }
};
template <>
struct Type<float> {
  static hid_t memory() { return H5T_NATIVE_FLOAT; }
  static hid_t file() { return H5T_IEEE_F32LE; }
};
template <>
struct Type<std::int64_t> {
  static hid_t memory() { return H5T_NATIVE_INT64; }
  static hid_t file() { return H5T_STD_I64LE; }
};
template <>
struct Type<std::uint64_t> {
  static hid_t memory() { return H5T_NATIVE_UINT64; }
  static hid_t file() { return H5T_STD_U64LE; }
};
template <>
struct Type<std::uint32_t> {
  static hid_t memory() { return H5T_NATIVE_UINT32; }
  static hid_t file() { return H5T_STD_U32LE; }
};
template <>
struct Type<std::uint8_t> {
  static hid_t memory() { return H5T_NATIVE_UINT8; }
  static hid_t file() { return H5T_STD_U8LE; }
};

/// A file of HDF5 with its name, which every message needs.
struct File {
  std::string name;
  Handle id;
  /// Lets HDF5's own printing rest, and opens with `flags` (H5F_ACC_...) and access list `access`.
  static File open(const std::filesystem::path& path, unsigned flags, hid_t access = H5P_DEFAULT);
};

/// A list for making groups or datasets (`list_class`) that keeps no time stamps: the same
/// recording is the same bytes.
Handle creation_list(hid_t list_class);
Handle make_group(const File& file, hid_t parent, const std::string& path);
Handle open_group(const File& file, hid_t parent, const std::string& path);
Handle open_dataset(const File& file, hid_t parent, const std::string& path);
/// Whether `path` (several levels at once) leads somewhere from `parent`.
bool exists(const File& file, hid_t parent, const std::string& path);
/// The names of the groups (or datasets) right below `parent`, in alphabetical order.
std::vector<std::string> children(const File& file, hid_t parent, H5O_type_t type);
/// The lengths of all dimensions; empty for a scalar.
std::vector<hsize_t> shape(const File& file, hid_t dataset);

/// How many values a dataset has. Throws Error where it says more than what is stored in the file
/// can be: a damaged or hostile file must not make its reader ask for all memory there is.
std::size_t size_of(const File& file, hid_t dataset, const std::string& name);

/// Writes a dataset that will never grow. An empty shape means one scalar.
template <typename T>
void write_fixed(const File& file, hid_t parent, const std::string& name,
                 std::span<const T> values) {
  const hsize_t length = values.size();
  const Handle space{H5Screate_simple(1, &length, nullptr), H5Sclose};
  const Handle create = creation_list(H5P_DATASET_CREATE);
  const Handle set{need(H5Dcreate2(parent, name.c_str(), Type<T>::file(), space.get(), H5P_DEFAULT,
                                   create.get(), H5P_DEFAULT),
                        file.name, "make dataset " + name),
                   H5Dclose};
  if (length > 0)
    need(H5Dwrite(set.get(), Type<T>::memory(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
         file.name, "write dataset " + name);
}

/// Everything in a dataset, row-major, converted to T.
template <typename T>
std::vector<T> read_all(const File& file, hid_t parent, const std::string& name) {
  const Handle set = open_dataset(file, parent, name);
  const std::size_t size = size_of(file, set.get(), name);
  std::vector<T> values(size);
  if (size > 0)
    need(H5Dread(set.get(), Type<T>::memory(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
         file.name, "read dataset " + name);
  return values;
}

void write_attribute(const File& file, hid_t object, const char* name, std::string_view text);
template <typename T>
void write_attribute(const File& file, hid_t object, const char* name, std::span<const T> values,
                     bool scalar) {
  const hsize_t length = values.size();
  const Handle space{scalar ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &length, nullptr),
                     H5Sclose};
  const Handle attribute{
      need(H5Acreate2(object, name, Type<T>::file(), space.get(), H5P_DEFAULT, H5P_DEFAULT),
           file.name, "make attribute"),
      H5Aclose};
  need(H5Awrite(attribute.get(), Type<T>::memory(), values.data()), file.name, "write attribute");
}
template <typename T>
void write_scalar_attribute(const File& file, hid_t object, const char* name, T value) {
  write_attribute<T>(file, object, name, std::span<const T>{&value, 1}, true);
}

/// A text attribute of fixed or variable length; "" where there is none of that name.
std::string read_text_attribute(const File& file, hid_t object, const char* name);
/// A whole-number attribute; `otherwise` where there is none of that name.
std::int64_t read_integer_attribute(const File& file, hid_t object, const char* name,
                                    std::int64_t otherwise);

}  // namespace sonata
