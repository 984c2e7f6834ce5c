// SPDX-License-Identifier: MIT
#include "sonata/record_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sonata {
namespace {

constexpr std::uint32_t sonata_magic = 0x0A7A;
constexpr std::array<std::uint32_t, 2> sonata_version{0, 1};

/// A file has another name until it can be read whatever happens to its writer.
std::filesystem::path draft_of(const std::filesystem::path& path) {
  auto draft = path;
  draft += ".part";
  return draft;
}

File create(const std::filesystem::path& path) {
  if (std::filesystem::exists(path))
    throw Error{
        fmt::format("{}: exists already, and a recording is never overwritten; remove it or "
                    "record into another folder",
                    path.string())};
  const Handle access{H5Pcreate(H5P_FILE_ACCESS), H5Pclose};
  H5Pset_libver_bounds(access.get(), H5F_LIBVER_V110, H5F_LIBVER_V110);  // needed for start()
  File file = File::open(draft_of(path), H5F_ACC_TRUNC, access.get());
  file.name = path.string();
  return file;
}

template <typename T>
void overwrite(const File& file, const Handle& dataset, T value) {
  need(H5Dwrite(dataset.get(), Type<T>::memory(), H5S_ALL, H5S_ALL, H5P_DEFAULT, &value), file.name,
       "write the state of the recording");
}

}  // namespace

RecordFile::RecordFile(const std::filesystem::path& path) : file_{create(path)} {
  write_scalar_attribute(file_, root(), "magic", sonata_magic);
  write_attribute<std::uint32_t>(file_, root(), "version", sonata_version, false);
  const Handle group = make_group(file_, root(), "tutti");
  const auto state = static_cast<std::uint8_t>(State::open);
  const std::int64_t nothing = 0;
  write_fixed<std::uint8_t>(file_, group.get(), "state", {&state, 1});
  write_fixed<std::int64_t>(file_, group.get(), "recorded_until", {&nothing, 1});
  state_ = open_dataset(file_, group.get(), "state");
  recorded_until_ = open_dataset(file_, group.get(), "recorded_until");
}

void RecordFile::start() {
  need(H5Fstart_swmr_write(root()), file_.name, "make the file readable while it is written");
  std::error_code error;
  std::filesystem::rename(draft_of(file_.name), file_.name, error);
  if (error) throw Error{fmt::format("{}: cannot get its name: {}", file_.name, error.message())};
}

void RecordFile::flush(std::int64_t until_tick) {
  overwrite(file_, recorded_until_, until_tick);
  need(H5Fflush(root(), H5F_SCOPE_LOCAL), file_.name, "flush the file (is the disk full?)");
}

void RecordFile::close() {
  if (!is_open()) return;
  overwrite(file_, state_, static_cast<std::uint8_t>(State::closed));
  state_.reset();
  recorded_until_.reset();
  need(file_.id.reset(), file_.name, "close the file (is the disk full?)");
}

std::string path_name(std::string_view name) {
  std::string result{name.empty() ? "unnamed" : name};
  std::ranges::replace(result, '/', '_');
  return result;
}

}  // namespace sonata
