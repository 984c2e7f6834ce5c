// SPDX-License-Identifier: MIT
#include "sonata/spike_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "sonata/growing.hpp"
#include "sonata/record_file.hpp"
#include "sonata/sorting.hpp"
#include "sonata/spike_reader.hpp"

namespace sonata {
namespace {

/// The two lists of one population.
struct PopulationLists {
  Population population;
  std::string name;  // in the file
  Growing<double> timestamps;
  Growing<std::uint64_t> node_ids;
};

/// The integer lists of one port that is recorded exactly.
struct ExactLists {
  Growing<std::int64_t> ticks;
  Growing<std::uint64_t> elements;
  Growing<double> weights;
};

struct PortLists {
  std::string name;
  std::vector<PopulationLists> populations;  // ascending by first element
  std::vector<ExactLists> exact;             // one, or none
  std::int64_t last_tick = -1;
  std::uint64_t last_element = 0;
};

PopulationLists make_population(const File& file, const Population& population,
                                const std::string& name, Storage storage) {
  const Handle group = make_group(file, file.id.get(), "spikes/" + name);
  write_sorting(file, group.get(), Sorting::by_time);
  PopulationLists lists{population,
                        name,
                        {file, group.get(), "timestamps", storage},
                        {file, group.get(), "node_ids", storage}};
  write_attribute(file, lists.timestamps.id(), "units", "ms");
  return lists;
}

}  // namespace

struct SpikeWriter::Body {
  RecordFile file;
  std::vector<PortLists> ports;
  std::uint64_t count = 0;

  void add_port(const SpikePort& port, std::set<std::string>& taken, Storage storage) {
    const File& out = file.file();
    const Handle group = write_port(out, port.table);
    write_attribute(out, group.get(), "kind", "spikes");
    write_scalar_attribute<std::uint8_t>(out, group.get(), "exact", port.exact ? 1 : 0);
    PortLists lists{port.table.port, {}, {}};
    auto populations = port.table.populations;
    if (populations.empty() && !port.table.ids.empty())
      populations = {{port.table.module(), 0, port.table.ids.back() + 1}};
    for (const Population& population : populations) {
      std::string name = path_name(population.name);
      if (!taken.insert(name).second) {
        name = path_name(port.table.module() + "_" + name);
        if (!taken.insert(name).second)
          throw Error{
              fmt::format("{}: two populations called {}; rename one of them", out.name, name)};
      }
      lists.populations.push_back(make_population(out, population, name, storage));
    }
    if (port.exact) {
      const Handle exact = make_group(out, group.get(), "exact");
      lists.exact.push_back({{out, exact.get(), "ticks", storage},
                             {out, exact.get(), "elements", storage},
                             {out, exact.get(), "weights", storage}});
    }
    ports.push_back(std::move(lists));
  }

  void write_tails(bool closing) {
    for (PortLists& port : ports) {
      for (PopulationLists& lists : port.populations) {
        lists.timestamps.write_tail(closing);
        lists.node_ids.write_tail(closing);
      }
      for (ExactLists& lists : port.exact) {
        lists.ticks.write_tail(closing);
        lists.elements.write_tail(closing);
        lists.weights.write_tail(closing);
      }
    }
  }

  PopulationLists& lists_of(PortLists& port, std::uint64_t element) const {
    for (PopulationLists& lists : port.populations)
      if (lists.population.contains(element)) return lists;
    throw Error{fmt::format("{}: a spike of {} names element {}, which is in no population of it",
                            file.file().name, port.name, element)};
  }
};

SpikeWriter::SpikeWriter(const std::filesystem::path& path, const std::vector<SpikePort>& ports,
                         int compression)
    : body_{new Body{RecordFile{path}, {}}} {
  const Storage storage{Layout::list, 1, compression};
  make_group(body_->file.file(), body_->file.root(), "spikes");  // there even without a population
  std::set<std::string> taken;
  for (const SpikePort& port : ports) body_->add_port(port, taken, storage);
  body_->file.start();
}

SpikeWriter::~SpikeWriter() {
  if (!body_->file.is_open()) return;
  try {
    body_->write_tails(true);
  } catch (const Error&) {  // the error that unwinds us matters more than this one
  }
}

void SpikeWriter::append(std::size_t port, std::span<const Spike> spikes) {
  PortLists& lists = body_->ports.at(port);
  PopulationLists* population = nullptr;  // spikes of one population often follow each other
  for (const Spike& spike : spikes) {
    if (std::tie(spike.tick, spike.element) < std::tie(lists.last_tick, lists.last_element))
      throw Error{fmt::format(
          "{}: a spike of {} at {} ms (element {}) comes after one at {} ms (element {}); "
          "they must come in order",
          body_->file.file().name, lists.name, ms_of(spike.tick), spike.element,
          ms_of(lists.last_tick), lists.last_element)};
    lists.last_tick = spike.tick;
    lists.last_element = spike.element;
    if (population == nullptr || !population->population.contains(spike.element))
      population = &body_->lists_of(lists, spike.element);
    population->timestamps.append(ms_of(spike.tick));
    population->node_ids.append(spike.element - population->population.first);
    for (ExactLists& exact : lists.exact) {
      exact.ticks.append(spike.tick);
      exact.elements.append(spike.element);
      exact.weights.append(spike.weight);
    }
  }
  body_->count += spikes.size();
}

void SpikeWriter::continue_from(const std::filesystem::path& earlier, std::int64_t until_tick) {
  const auto recorded = read_spikes(earlier);
  for (PortLists& port : body_->ports) {
    for (PopulationLists& lists : port.populations) {
      const auto found = std::ranges::find(recorded, lists.name, &SpikeList::population);
      if (found == recorded.end())
        throw Error{fmt::format("{}: has no spikes of {}", earlier.string(), lists.name)};
      for (std::size_t k = 0; k < found->times.size() && found->times[k] <= ms_of(until_tick);
           ++k) {
        lists.timestamps.append(found->times[k]);
        lists.node_ids.append(found->node_ids[k]);
        ++body_->count;
      }
    }
    for (ExactLists& exact : port.exact)
      for (const Spike& spike : read_exact_spikes(earlier, port.name).spikes) {
        if (spike.tick > until_tick) break;
        exact.ticks.append(spike.tick);
        exact.elements.append(spike.element);
        exact.weights.append(spike.weight);
      }
  }
}

void SpikeWriter::flush(std::int64_t until_tick) {
  body_->write_tails(false);
  body_->file.flush(until_tick);
}

void SpikeWriter::close(std::int64_t until_tick) {
  if (!body_->file.is_open()) return;
  body_->write_tails(true);
  body_->file.flush(until_tick);
  body_->ports.clear();
  body_->file.close();
}

std::uint64_t SpikeWriter::count() const { return body_->count; }

}  // namespace sonata
