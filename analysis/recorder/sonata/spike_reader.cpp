// SPDX-License-Identifier: MIT
#include "sonata/spike_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sonata/record_file.hpp"
#include "sonata/repair.hpp"

namespace sonata {
namespace {

double ms_per(const File& file, const std::string& unit) {
  if (unit.empty() || unit == "ms") return 1;
  if (unit == "s") return 1e3;
  if (unit == "us") return 1e-3;
  throw Error{fmt::format("{}: spike times are in '{}'; known are ms, s and us", file.name, unit)};
}

/// Both lists of a group. A file that is being written may have one list a little longer.
SpikeList read_list(const File& file, hid_t group, const std::string& population,
                    const char* ids_name) {
  SpikeList list{population, read_sorting(file, group), {}, {}};
  list.times = read_all<double>(file, group, "timestamps");
  list.node_ids = read_all<std::uint64_t>(file, group, ids_name);
  const std::size_t size = std::min(list.times.size(), list.node_ids.size());
  list.times.resize(size);
  list.node_ids.resize(size);
  const Handle times = open_dataset(file, group, "timestamps");
  const double scale = ms_per(file, read_text_attribute(file, times.get(), "units"));
  if (scale != 1)
    for (double& time : list.times) time *= scale;
  return list;
}

}  // namespace

std::vector<SpikeList> read_spikes(const std::filesystem::path& path) {
  const File file = open_for_reading(path);
  if (!exists(file, file.id.get(), "spikes"))
    throw Error{fmt::format("{}: has no group /spikes, so it is no SONATA spike file", file.name)};
  const Handle spikes = open_group(file, file.id.get(), "spikes");
  if (exists(file, spikes.get(), "timestamps"))
    return {read_list(file, spikes.get(), "",
                      exists(file, spikes.get(), "gids") ? "gids" : "node_ids")};
  std::vector<SpikeList> lists;
  for (const std::string& name : children(file, spikes.get(), H5O_TYPE_GROUP)) {
    const Handle group = open_group(file, spikes.get(), name);
    lists.push_back(read_list(file, group.get(), name, "node_ids"));
  }
  return lists;
}

ExactSpikes read_exact_spikes(const std::filesystem::path& path, const std::string& port) {
  const File file = open_for_reading(path);
  ExactSpikes result{read_port(file, port), {}};
  const std::string group = "tutti/ports/" + path_name(port) + "/exact";
  if (!exists(file, file.id.get(), group))
    throw Error{fmt::format("{}: {} was not recorded with `exact: true`", file.name, port)};
  const auto ticks = read_all<std::int64_t>(file, file.id.get(), group + "/ticks");
  const auto elements = read_all<std::uint64_t>(file, file.id.get(), group + "/elements");
  const auto weights = read_all<double>(file, file.id.get(), group + "/weights");
  const std::size_t size = std::min({ticks.size(), elements.size(), weights.size()});
  result.spikes.reserve(size);
  for (std::size_t i = 0; i < size; ++i)
    result.spikes.push_back({ticks[i], elements[i], weights[i]});
  return result;
}

}  // namespace sonata
