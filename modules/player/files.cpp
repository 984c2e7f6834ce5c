// SPDX-License-Identifier: MIT
#include "files.hpp"

#include <algorithm>
#include <cmath>

#include "sonata/repair.hpp"
#include "sonata/report_reader.hpp"
#include "sonata/spike_reader.hpp"

namespace player {

using tutti::Error;
using tutti::Fault;

namespace {

tutti::ElementTable element_table(const sonata::PortTable& recorded) {
  tutti::ElementTable table{recorded.element_kind, tutti::Elements::of(recorded.ids), {}, {}};
  for (const auto& population : recorded.populations)
    table.populations.push_back({population.name, population.first, population.count});
  for (const auto& column : recorded.columns)
    table.columns.push_back({column.name, column.unit, column.values});
  return table;
}

sonata::SpikeList pick(std::vector<sonata::SpikeList> lists, const FileSelection& selection) {
  std::vector<std::string> names;
  for (sonata::SpikeList& list : lists) {
    if (list.population == selection.population && !list.population.empty()) return std::move(list);
    names.push_back(list.population);
  }
  const std::string file = selection.path.string();
  if (lists.size() == 1 && (selection.population.empty() || names.front().empty()))
    return std::move(lists.front());
  if (selection.population.empty())
    throw Error{Fault::config, "{}: has {} populations; say which with `population:` ({})", file,
                lists.size(), fmt::join(names, ", ")};
  throw Error{Fault::config, "{}: has no population {}; it has {}", file, selection.population,
              fmt::join(names, ", ")};
}

}  // namespace

Listed spikes_of_file(const FileSelection& selection) {
  const sonata::SpikeList list =
      pick(reading([&] { return sonata::read_spikes(selection.path); }), selection);
  constexpr std::uint64_t most = 1ULL << 32;
  std::uint64_t number = 0;
  for (const std::uint64_t node : list.node_ids) {
    if (node >= most)
      throw Error{Fault::config, "{}: node id {} is too large", selection.path.string(), node};
    number = std::max(number, node + 1);
  }
  if (selection.number != 0 && number > selection.number)
    throw Error{Fault::config,
                "{}: neuron {} spikes, but `number:` is {}; it must be at least {}",
                selection.path.string(),
                number - 1,
                selection.number,
                number};
  Listed recipe;
  recipe.trains.resize(std::max(number, selection.number));
  for (std::size_t i = 0; i < list.times.size(); ++i) {
    if (!std::isfinite(list.times[i]) || std::abs(list.times[i]) > 1e9)
      throw Error{Fault::config, "{}: spike {} is at {} ms", selection.path.string(), i,
                  list.times[i]};
    const Time recorded = tutti::nearest_tick(list.times[i]);
    if (recorded <= selection.start && selection.start > tutti::time_zero) continue;
    if (recorded > selection.stop) continue;
    const Time time = recorded + selection.shift;
    if (time <= tutti::time_zero)
      throw Error{Fault::config,
                  "{}: a spike of neuron {} would come at {}, but the first window begins after 0; "
                  "leave it out with `start:` or add a `shift:`",
                  selection.path.string(), list.node_ids[i], time};
    recipe.trains[list.node_ids[i]].push_back({time, 1});
  }
  for (auto& train : recipe.trains) std::ranges::stable_sort(train, {}, &ListedSpike::time);
  return recipe;
}

ReplayedSpikes replayed_spikes(const std::filesystem::path& path, const std::string& port) {
  const sonata::ExactSpikes recorded = reading([&] {
    std::string name = port;
    if (name.empty()) {
      const auto ports = sonata::recorded_ports(sonata::open_for_reading(path));
      if (ports.size() != 1)
        throw sonata::Error{fmt::format("{}: holds {} ports; say which with `port:` ({})",
                                        path.string(), ports.size(), fmt::join(ports, ", "))};
      name = ports.front();
    }
    return sonata::read_exact_spikes(path, name);
  });
  ReplayedSpikes result{{}, element_table(recorded.table)};
  sonata::PortTable table = recorded.table;
  if (table.populations.empty()) table.populations = {{table.module(), 0, table.ids.size()}};
  std::uint64_t next = 0;
  for (const sonata::Population& population : table.populations) {
    if (population.first != next)
      throw Error{Fault::config, "{}: the elements of {} have a gap at {}; it cannot be replayed",
                  path.string(), table.port, next};
    next += population.count;
    Listed listed;
    listed.trains.resize(population.count);
    result.recipes.push_back({population.name, 1, std::move(listed)});
  }
  if (result.table.ids.size() != next)
    throw Error{Fault::config,
                "{}: {} has {} elements in populations of {}; it cannot be replayed",
                path.string(),
                table.port,
                result.table.ids.size(),
                next};
  for (const sonata::Spike& spike : recorded.spikes) {
    const auto* population = table.population_of(spike.element);
    if (population == nullptr || spike.tick <= 0)
      throw Error{Fault::config, "{}: a spike of element {} at tick {}, which no run emits",
                  path.string(), spike.element, spike.tick};
    const auto index = static_cast<std::size_t>(population - table.populations.data());
    std::get<Listed>(result.recipes[index].trains)
        .trains[spike.element - population->first]
        .push_back({tutti::time_of(spike.tick), spike.weight});
  }
  return result;
}

void replay_signal(const std::filesystem::path& path, SignalRecipe& recipe) {
  reading([&] {
    const sonata::ReportReader reader{path};
    const sonata::PortTable table = reader.table();
    if (reader.reports().empty() || table.ids.empty())
      throw sonata::Error{fmt::format("{}: has no elements", path.string())};
    const sonata::ReportInfo& report = reader.reports().front();
    if (report.unit != recipe.unit)
      throw sonata::Error{fmt::format("{}: is in {}, but `unit:` is {}; write the former",
                                      path.string(), report.unit, recipe.unit)};
    if (reader.start_tick() != 0 || reader.step_tick() <= 0)
      throw sonata::Error{fmt::format("{}: its first sample is not the one at 0", path.string())};
    std::uint64_t samples = report.samples;
    for (const auto& other : reader.reports()) samples = std::min(samples, other.samples);
    if (samples == 0) throw sonata::Error{fmt::format("{}: has no samples", path.string())};
    recipe.number = table.ids.size();
    recipe.table = element_table(table);
    recipe.element = table.element_kind;
    recipe.shape = Recorded{path, tutti::duration_of(reader.step_tick()), samples};
    return 0;
  });
}

}  // namespace player
