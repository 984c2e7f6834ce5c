// SPDX-License-Identifier: MIT
#include "sonata/repair.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "sonata/port_table.hpp"
#include "sonata/time_axis.hpp"

namespace sonata {
namespace {

/// Where HDF5's superblock (versions 2 and 3) says how long the file is, and the block's whole
/// size.
constexpr std::size_t end_of_file_offset = 28;
constexpr std::size_t superblock_size = 48;

/// A crash between HDF5's writing of the superblock and its extending of the file leaves a file
/// that is shorter than it says; HDF5 refuses to open that. What is missing was never written.
void extend_to_what_it_says(const std::filesystem::path& path) {
  std::array<unsigned char, superblock_size> block{};
  std::ifstream in{path, std::ios::binary};
  in.read(reinterpret_cast<char*>(block.data()), block.size());
  const std::string_view signature{reinterpret_cast<const char*>(block.data()), 8};
  if (!in || signature != "\x89HDF\r\n\x1a\n" || block[8] < 2 || block[9] != 8) return;
  std::uint64_t says = 0;
  for (std::size_t byte = 8; byte-- > 0;) says = says << 8 | block[end_of_file_offset + byte];
  constexpr std::uint64_t believable = 1ULL << 50;
  if (says > std::filesystem::file_size(path) && says < believable)
    std::filesystem::resize_file(path, says);
}

/// HDF5's own tool for this, h5clear, sets the same property.
Handle access_that_clears_marks(const std::string& name) {
  constexpr const char* property = "clear_status_flags";
  Handle access{H5Pcreate(H5P_FILE_ACCESS), H5Pclose};
  hbool_t clear = true;
  if (H5Pexist(access.get(), property) > 0)
    need(H5Pset(access.get(), property, &clear), name, "ask for a repair");
  else
    need(H5Pinsert2(access.get(), property, sizeof clear, &clear, nullptr, nullptr, nullptr,
                    nullptr, nullptr, nullptr),
         name, "ask for a repair");
  return access;
}

/// Cuts the lists of a group to the shortest of them.
void trim_lists(const File& file, hid_t group, std::initializer_list<const char*> names) {
  hsize_t shortest = H5S_UNLIMITED;
  for (const char* name : names) {
    const Handle set = open_dataset(file, group, name);
    shortest = std::min(shortest, shape(file, set.get()).at(0));
  }
  for (const char* name : names) {
    const Handle set = open_dataset(file, group, name);
    need(H5Dset_extent(set.get(), &shortest), file.name, fmt::format("trim {}", name));
  }
}

/// The samples that all reports of a file and the potential beside them have, and the cut to that.
std::uint64_t trim_reports(const File& file, const std::vector<std::string>& data_sets) {
  const auto time_dimension = [](const std::string& name) { return name == "data" ? 1U : 0U; };
  hsize_t shortest = H5S_UNLIMITED;
  for (const std::string& name : data_sets) {
    const Handle set = open_dataset(file, file.id.get(), name);
    shortest = std::min(shortest, shape(file, set.get()).at(time_dimension(name)));
  }
  for (const std::string& name : data_sets) {
    const Handle set = open_dataset(file, file.id.get(), name);
    auto lengths = shape(file, set.get());
    lengths.at(time_dimension(name)) = shortest;
    need(H5Dset_extent(set.get(), lengths.data()), file.name, "trim " + name);
  }
  return shortest;
}

void repair_spikes(const File& file) {
  const Handle spikes = open_group(file, file.id.get(), "spikes");
  for (const std::string& name : children(file, spikes.get(), H5O_TYPE_GROUP)) {
    const Handle group = open_group(file, spikes.get(), name);
    trim_lists(file, group.get(), {"timestamps", "node_ids"});
  }
  for (const std::string& port : recorded_ports(file)) {
    const std::string exact = "tutti/ports/" + path_name(port) + "/exact";
    if (!exists(file, file.id.get(), exact)) continue;
    const Handle group = open_group(file, file.id.get(), exact);
    trim_lists(file, group.get(), {"ticks", "elements", "weights"});
  }
}

void repair_report(const File& file) {
  std::vector<std::string> data;
  std::vector<std::string> times;
  const Handle reports = open_group(file, file.id.get(), "report");
  for (const std::string& name : children(file, reports.get(), H5O_TYPE_GROUP)) {
    data.push_back("report/" + name + "/data");
    times.push_back("report/" + name + "/mapping/time");
  }
  if (exists(file, file.id.get(), "data")) {
    data.emplace_back("data");
    times.emplace_back("time");
  }
  const auto ports = recorded_ports(file);
  if (data.empty() || ports.empty()) return;
  const std::uint64_t samples = trim_reports(file, data);
  const Handle port = open_group(file, file.id.get(), "tutti/ports/" + path_name(ports.front()));
  const std::int64_t start = read_integer_attribute(file, port.get(), "start_tick", 0);
  const std::int64_t step = read_integer_attribute(file, port.get(), "step_tick", 1);
  for (const std::string& name : times) {
    const Handle time = open_dataset(file, file.id.get(), name);
    write_time_axis(file, time.get(), start, step, samples);
  }
}

Recording read_recording(const File& file) {
  if (!exists(file, file.id.get(), "tutti/state")) return {};
  const auto state = read_all<std::uint8_t>(file, file.id.get(), "tutti/state");
  const auto until = read_all<std::int64_t>(file, file.id.get(), "tutti/recorded_until");
  if (state.size() != 1 || state[0] > 2 || until.size() != 1)
    throw Error{fmt::format("{}: /tutti/state does not say how the recording ended", file.name)};
  return {static_cast<State>(state[0]), until[0]};
}

}  // namespace

File open_for_reading(const std::filesystem::path& path) {
  try {
    return File::open(path, H5F_ACC_RDONLY);
  } catch (const Error&) {
    try {  // one that is still written, or looks like it, opens in this mode only
      return File::open(path, H5F_ACC_RDONLY | H5F_ACC_SWMR_READ);
    } catch (const Error&) {
    }
    throw;
  }
}

Recording recording_of(const std::filesystem::path& path) {
  return read_recording(open_for_reading(path));
}

Recording close_after_crash(const std::filesystem::path& path) {
  try {
    const File closed = File::open(path, H5F_ACC_RDONLY);
    const Recording recording = read_recording(closed);
    if (recording.state != State::open) return recording;
  } catch (const Error&) {  // as expected of a file that nobody closed
    if (!std::filesystem::exists(path)) throw;
    extend_to_what_it_says(path);
  }
  File file = File::open(path, H5F_ACC_RDWR, access_that_clears_marks(path.string()).get());
  // The superblock may be older than the last chunk: nothing new may be put where that lies.
  need(H5Fincrement_filesize(file.id.get(), 0), file.name, "find the end of the file");
  Recording recording = read_recording(file);
  if (exists(file, file.id.get(), "spikes")) repair_spikes(file);
  if (exists(file, file.id.get(), "report")) repair_report(file);
  if (exists(file, file.id.get(), "tutti/state")) {
    const auto state = static_cast<std::uint8_t>(State::repaired);
    const Handle set = open_dataset(file, file.id.get(), "tutti/state");
    need(H5Dwrite(set.get(), H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, &state), file.name,
         "write the state of the recording");
    recording.state = State::repaired;
  }
  need(file.id.reset(), file.name, "close the file");
  return recording;
}

}  // namespace sonata
