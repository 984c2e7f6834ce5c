// SPDX-License-Identifier: MIT
#include "file.hpp"

#include <hdf5.h>

#include <numeric>
#include <utility>
#include <vector>

#include "tutti/version.hpp"

namespace tutti::checkpoint {
namespace {

namespace fs = std::filesystem;

/// Owns one identifier of HDF5.
class Handle {
 public:
  using Close = herr_t (*)(hid_t);
  Handle(hid_t id, Close close) : id_{id}, close_{close} {}
  ~Handle() { reset(); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  herr_t reset() { return id_ >= 0 ? close_(std::exchange(id_, -1)) : 0; }
  operator hid_t() const { return id_; }  // NOLINT: it is one

 private:
  hid_t id_;
  Close close_;
};

/// HDF5's answer, or an Error where it says no.
template <typename Answer>
Answer need(Answer answer, Fault fault, const fs::path& file, const char* what) {
  if (answer < 0) throw Error{fault, "{}: cannot {}", file.string(), what};
  return answer;
}

template <typename T>
hid_t type_of();
template <>
hid_t type_of<std::uint64_t>() {
  return H5T_STD_U64LE;
}
template <>
hid_t type_of<std::byte>() {
  return H5T_STD_U8LE;
}

template <typename T>
void write_list(const fs::path& file, hid_t group, const char* name, const std::vector<T>& list) {
  const hsize_t size = list.size();
  const Handle space{H5Screate_simple(1, &size, nullptr), H5Sclose};
  const Handle set{
      need(H5Dcreate2(group, name, type_of<T>(), space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
           Fault::io, file, "make a dataset"),
      H5Dclose};
  if (size > 0)
    need(H5Dwrite(set, type_of<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, list.data()), Fault::io, file,
         "write a dataset");
}

template <typename T>
std::vector<T> read_list(const fs::path& file, hid_t group, const char* name) {
  const Handle set{need(H5Dopen2(group, name, H5P_DEFAULT), Fault::config, file,
                        "find its datasets: it is damaged"),
                   H5Dclose};
  const Handle space{H5Dget_space(set), H5Sclose};
  const auto size = need(H5Sget_simple_extent_npoints(space), Fault::config, file, "read a shape");
  std::vector<T> list(static_cast<std::size_t>(size));
  if (size > 0)
    need(H5Dread(set, type_of<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, list.data()), Fault::config,
         file, "read a dataset");
  return list;
}

void write_number(const fs::path& file, hid_t group, const char* name, std::int64_t value) {
  const Handle space{H5Screate(H5S_SCALAR), H5Sclose};
  const Handle attribute{
      need(H5Acreate2(group, name, H5T_STD_I64LE, space, H5P_DEFAULT, H5P_DEFAULT), Fault::io, file,
           "make an attribute"),
      H5Aclose};
  need(H5Awrite(attribute, H5T_NATIVE_INT64, &value), Fault::io, file, "write an attribute");
}

std::int64_t read_number(const fs::path& file, hid_t group, const char* name) {
  const Handle attribute{need(H5Aopen(group, name, H5P_DEFAULT), Fault::config, file,
                              "find its attributes: it is no checkpoint"),
                         H5Aclose};
  std::int64_t value = 0;
  need(H5Aread(attribute, H5T_NATIVE_INT64, &value), Fault::config, file, "read an attribute");
  return value;
}

void write_part(const fs::path& file, hid_t parent, const std::string& name,
                const State::Entries::mapped_type& part) {
  std::vector<std::uint64_t> numbers, offsets{0};
  std::vector<std::byte> bytes;
  for (const auto& [number, entry] : part) {
    numbers.push_back(number);
    bytes.insert(bytes.end(), entry.begin(), entry.end());
    offsets.push_back(bytes.size());
  }
  const Handle group{need(H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                          Fault::io, file, "make a group"),
                     H5Gclose};
  write_list(file, group, "numbers", numbers);
  write_list(file, group, "offsets", offsets);
  write_list(file, group, "bytes", bytes);
}

void read_part(const fs::path& file, hid_t parent, const std::string& name, State::Entries& to) {
  const Handle group{
      need(H5Gopen2(parent, name.c_str(), H5P_DEFAULT), Fault::config, file, "open a group"),
      H5Gclose};
  const auto numbers = read_list<std::uint64_t>(file, group, "numbers");
  const auto offsets = read_list<std::uint64_t>(file, group, "offsets");
  const auto bytes = read_list<std::byte>(file, group, "bytes");
  if (offsets.size() != numbers.size() + 1 || offsets.back() != bytes.size())
    throw Error{Fault::config, "{}: the part {} is damaged", file.string(), name};
  auto& part = to[name];
  for (std::size_t k = 0; k < numbers.size(); ++k) {
    if (offsets[k] > offsets[k + 1] || offsets[k + 1] > bytes.size())
      throw Error{Fault::config, "{}: the part {} is damaged", file.string(), name};
    part.emplace(numbers[k], std::vector<std::byte>(
                                 bytes.begin() + static_cast<std::ptrdiff_t>(offsets[k]),
                                 bytes.begin() + static_cast<std::ptrdiff_t>(offsets[k + 1])));
  }
}

fs::path file_of(const fs::path& folder, const std::string& module, std::uint32_t rank) {
  return folder / fmt::format("{}.{}.h5", module, rank);
}

herr_t note_name(hid_t, const char* name, const H5L_info_t*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

/// Returns the number of ranks that saved.
std::uint32_t read_file(const fs::path& path, Time clock, State::Entries& to) {
  const Handle file{need(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), Fault::config, path,
                         "open it as a checkpoint"),
                    H5Fclose};
  if (const auto found = read_number(path, file, "format"); found != format)
    throw Error{Fault::config, "{} is a checkpoint of format {}; this release reads {}",
                path.string(), found, format};
  if (const Time found = time_of(read_number(path, file, "clock_ps")); found != clock)
    throw Error{Fault::config, "{} is a checkpoint at {}, not at {}", path.string(), found, clock};
  const Handle state{
      need(H5Gopen2(file, "state", H5P_DEFAULT), Fault::config, path, "find any state in it"),
      H5Gclose};
  std::vector<std::string> parts;
  need(H5Literate(state, H5_INDEX_NAME, H5_ITER_INC, nullptr, note_name, &parts), Fault::config,
       path, "list what is in it");
  for (const auto& part : parts) read_part(path, state, part, to);
  return static_cast<std::uint32_t>(read_number(path, file, "ranks"));
}

}  // namespace

void write(const fs::path& folder, const Head& head, const State::Entries& entries) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  std::error_code error;
  fs::create_directories(folder, error);
  const auto path = file_of(folder, head.module, head.rank);
  fs::path draft = path;
  draft += ".part";
  {
    Handle file{need(H5Fcreate(draft.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), Fault::io,
                     draft, "make the file of a checkpoint"),
                H5Fclose};
    write_number(draft, file, "format", format);
    write_number(draft, file, "clock_ps", ticks(head.clock));
    write_number(draft, file, "rank", head.rank);
    write_number(draft, file, "ranks", head.ranks);
    write_number(draft, file, "seed", static_cast<std::int64_t>(head.seed));
    {
      const Handle state{need(H5Gcreate2(file, "state", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                              Fault::io, draft, "make a group"),
                         H5Gclose};
      for (const auto& [name, part] : entries) write_part(draft, state, name, part);
    }
    need(file.reset(), Fault::io, draft, "finish it; is the disk full?");
  }
  fs::rename(draft, path, error);
  if (error)
    throw Error{Fault::io, "cannot name {} as {}: {}", draft.string(), path.string(),
                error.message()};
}

bool holds(const fs::path& folder, const std::string& module) {
  return fs::exists(file_of(folder, module, 0));
}

State::Entries read(const fs::path& folder, const std::string& module, Time clock) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  State::Entries entries;
  const auto ranks = read_file(file_of(folder, module, 0), clock, entries);
  for (std::uint32_t rank = 1; rank < ranks; ++rank)
    read_file(file_of(folder, module, rank), clock, entries);
  return entries;
}

}  // namespace tutti::checkpoint
