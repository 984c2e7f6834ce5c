// SPDX-License-Identifier: MIT
#include "sonata/hdf5.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sonata {
namespace {

extern "C" herr_t keep_first_reason(unsigned depth, const H5E_error2_t* error, void* text) {
  auto& reason = *static_cast<std::string*>(text);
  if (depth == 0 && error->desc != nullptr) reason = error->desc;
  return 0;
}

extern "C" herr_t collect_name(hid_t, const char* name, const H5L_info_t*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

/// HDF5 says much of a system call that failed, over several lines; the system's own words are what
/// helps: "file write failed: No space left on device".
std::string short_reason(const std::string& reason) {
  constexpr std::string_view before = "error message = '";
  const auto begin = reason.find(before);
  if (begin == std::string::npos) return reason;
  const auto words = reason.substr(begin + before.size());
  return reason.substr(0, reason.find(':')) + ": " + words.substr(0, words.find('\''));
}

}  // namespace

void fail(const std::string& file, std::string_view what) {
  std::string reason = "no reason given";
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_first_reason, &reason);
  H5Eclear2(H5E_DEFAULT);
  throw Error{fmt::format("{}: cannot {}: {}", file, what, short_reason(reason))};
}

File File::open(const std::filesystem::path& path, unsigned flags, hid_t access) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);  // reasons go into Error, not to the terminal
  const bool create = (flags & (H5F_ACC_TRUNC | H5F_ACC_EXCL)) != 0;
  const std::string name = path.string();
  if (!create && !std::filesystem::exists(path)) throw Error{fmt::format("{}: no such file", name)};
  const Handle creation = creation_list(H5P_FILE_CREATE);
  const hid_t id = create ? H5Fcreate(name.c_str(), flags, creation.get(), access)
                          : H5Fopen(name.c_str(), flags, access);
  return {name, Handle{need(id, name, create ? "make the file" : "open it as HDF5"), H5Fclose}};
}

Handle creation_list(hid_t list_class) {
  Handle list{H5Pcreate(list_class), H5Pclose};
  H5Pset_obj_track_times(list.get(), false);
  return list;
}

Handle make_group(const File& file, hid_t parent, const std::string& path) {
  // Level by level: those that HDF5 makes by itself in between would keep time stamps.
  const auto slash = path.rfind('/');
  if (slash != std::string::npos && !exists(file, parent, path.substr(0, slash)))
    make_group(file, parent, path.substr(0, slash));
  const Handle create = creation_list(H5P_GROUP_CREATE);
  return {need(H5Gcreate2(parent, path.c_str(), H5P_DEFAULT, create.get(), H5P_DEFAULT), file.name,
               "make group " + path),
          H5Gclose};
}

Handle open_group(const File& file, hid_t parent, const std::string& path) {
  return {need(H5Gopen2(parent, path.c_str(), H5P_DEFAULT), file.name, "find group " + path),
          H5Gclose};
}

Handle open_dataset(const File& file, hid_t parent, const std::string& path) {
  return {need(H5Dopen2(parent, path.c_str(), H5P_DEFAULT), file.name, "find dataset " + path),
          H5Dclose};
}

bool exists(const File& file, hid_t parent, const std::string& path) {
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string part = path.substr(0, end);  // HDF5 wants every level looked up by itself
    if (need(H5Lexists(parent, part.c_str(), H5P_DEFAULT), file.name, "look up " + part) == 0)
      return false;
    if (end == std::string::npos) return true;
  }
}

std::vector<std::string> children(const File& file, hid_t parent, H5O_type_t type) {
  std::vector<std::string> names;
  need(H5Literate(parent, H5_INDEX_NAME, H5_ITER_INC, nullptr, collect_name, &names), file.name,
       "list a group");
  std::erase_if(names, [&](const std::string& name) {
    H5O_info_t info;
    return H5Oget_info_by_name(parent, name.c_str(), &info, H5P_DEFAULT) < 0 || info.type != type;
  });
  std::ranges::sort(names);
  return names;
}

std::vector<hsize_t> shape(const File& file, hid_t dataset) {
  const Handle space{need(H5Dget_space(dataset), file.name, "read the shape of a dataset"),
                     H5Sclose};
  const int rank = need(H5Sget_simple_extent_ndims(space.get()), file.name, "read a shape");
  std::vector<hsize_t> lengths(static_cast<std::size_t>(rank));
  if (rank > 0) H5Sget_simple_extent_dims(space.get(), lengths.data(), nullptr);
  return lengths;
}

std::size_t size_of(const File& file, hid_t dataset, const std::string& name) {
  constexpr hsize_t always =
      1 << 20;  // values that need not be stored: a fill value stands for them
  constexpr hsize_t best_packing = 1032;  // what deflate can make of zeros
  const auto most = always + best_packing * H5Dget_storage_size(dataset);
  hsize_t size = 1;
  for (const hsize_t length : shape(file, dataset)) {
    if (length != 0 && size > most / length)
      throw Error{
          fmt::format("{}: dataset {} says that it has more values than its {} bytes can hold",
                      file.name, name, H5Dget_storage_size(dataset))};
    size *= length;
  }
  return size;
}

void write_attribute(const File& file, hid_t object, const char* name, std::string_view text) {
  const Handle type{H5Tcopy(H5T_C_S1), H5Tclose};
  H5Tset_size(type.get(), std::max<std::size_t>(text.size(), 1));  // 0 bytes are not allowed
  H5Tset_strpad(type.get(), H5T_STR_NULLPAD);
  H5Tset_cset(type.get(), H5T_CSET_UTF8);
  const Handle space{H5Screate(H5S_SCALAR), H5Sclose};
  const Handle attribute{
      need(H5Acreate2(object, name, type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT), file.name,
           "make attribute"),
      H5Aclose};
  const std::string value = text.empty() ? std::string(1, '\0') : std::string{text};
  need(H5Awrite(attribute.get(), type.get(), value.data()), file.name, "write attribute");
}

std::string read_text_attribute(const File& file, hid_t object, const char* name) {
  if (need(H5Aexists(object, name), file.name, "look up an attribute") == 0) return "";
  const Handle attribute{need(H5Aopen(object, name, H5P_DEFAULT), file.name, "open an attribute"),
                         H5Aclose};
  const Handle type{H5Aget_type(attribute.get()), H5Tclose};
  if (H5Tget_class(type.get()) != H5T_STRING)
    throw Error{fmt::format("{}: attribute {} is not text", file.name, name)};
  const Handle space{H5Aget_space(attribute.get()), H5Sclose};
  if (H5Sget_simple_extent_npoints(space.get()) != 1)
    throw Error{fmt::format("{}: attribute {} holds a list, needed one text", file.name, name)};
  if (H5Tis_variable_str(type.get()) > 0) {
    const Handle memory{H5Tcopy(H5T_C_S1), H5Tclose};
    H5Tset_size(memory.get(), H5T_VARIABLE);
    H5Tset_cset(memory.get(), H5Tget_cset(type.get()));
    char* text = nullptr;
    need(H5Aread(attribute.get(), memory.get(), &text), file.name, "read an attribute");
    const std::string value = text != nullptr ? text : "";
    H5free_memory(text);
    return value;
  }
  std::string value(H5Tget_size(type.get()), '\0');
  need(H5Aread(attribute.get(), type.get(), value.data()), file.name, "read an attribute");
  return value.substr(0, value.find('\0'));
}

std::int64_t read_integer_attribute(const File& file, hid_t object, const char* name,
                                    std::int64_t otherwise) {
  if (need(H5Aexists(object, name), file.name, "look up an attribute") == 0) return otherwise;
  const Handle attribute{need(H5Aopen(object, name, H5P_DEFAULT), file.name, "open an attribute"),
                         H5Aclose};
  const Handle space{H5Aget_space(attribute.get()), H5Sclose};
  if (H5Sget_simple_extent_npoints(space.get()) != 1) return otherwise;
  std::int64_t value = otherwise;
  need(H5Aread(attribute.get(), H5T_NATIVE_INT64, &value), file.name, "read an attribute");
  return value;
}

}  // namespace sonata
