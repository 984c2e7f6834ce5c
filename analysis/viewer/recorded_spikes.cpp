// SPDX-License-Identifier: MIT
#include <algorithm>
#include <numeric>

#include "recording.hpp"
#include "sonata/record_file.hpp"
#include "sonata/repair.hpp"
#include "sonata/spike_reader.hpp"
#include "table.hpp"

namespace viewer {
namespace {

/// The spikes of one port, all in memory: 16 bytes each.
class RecordedSpikes : public Recorded {
 public:
  RecordedSpikes(std::string port, tutti::ElementTable table) : table_{std::move(table)} {
    info_.port = std::move(port);
    info_.kind = tutti::PortKind::spikes;
    info_.element = table_.kind;
    info_.elements = table_.ids.size();
  }
  const StreamInfo& info() const override { return info_; }
  const tutti::ElementTable& table() const override { return table_; }
  Time end() const override { return times_.empty() ? Time{} : tutti::time_of(times_.back()); }

  void add(const sonata::SpikeList& list, std::uint64_t first) {
    for (std::size_t k = 0; k < list.times.size(); ++k) {
      times_.push_back(ticks(tutti::nearest_tick(list.times[k])));
      elements_.push_back(first + list.node_ids[k]);
    }
  }
  void sort() {
    std::vector<std::size_t> order(times_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t k) { return std::pair{times_[k], elements_[k]}; });
    auto times = times_;
    auto elements = elements_;
    for (std::size_t k = 0; k < order.size(); ++k)
      times[k] = times_[order[k]], elements[k] = elements_[order[k]];
    times_ = std::move(times), elements_ = std::move(elements);
  }

  Block read(const Selection& selection, Time after, Time until, std::size_t most) override {
    Block block;
    block.from = after, block.to = until;
    auto k =
        static_cast<std::size_t>(std::ranges::upper_bound(times_, ticks(after)) - times_.begin());
    for (; k < times_.size() && times_[k] <= ticks(until); ++k) {
      // spikes of one instant stay together, or the next block would begin after them
      if (block.times.size() >= most && times_[k] != block.times.back()) {
        block.to = tutti::time_of(block.times.back());
        break;
      }
      if (!selection.elements.empty() && !selection.elements.contains(elements_[k])) continue;
      block.times.push_back(times_[k]);
      block.elements.push_back(elements_[k]);
    }
    return block;
  }

 private:
  StreamInfo info_;
  tutti::ElementTable table_;
  std::vector<std::int64_t> times_;
  std::vector<std::uint64_t> elements_;
};

/// A file of others: the populations one after the other, as one port.
std::vector<std::unique_ptr<Recorded>> foreign(const std::vector<sonata::SpikeList>& lists) {
  tutti::ElementTable table;
  table.kind = "neuron";
  std::uint64_t first = 0;
  for (const auto& list : lists) {
    const auto count = list.node_ids.empty() ? 0 : std::ranges::max(list.node_ids) + 1;
    if (count > 0)
      table.populations.push_back(
          {list.population.empty() ? "neurons" : list.population, first, count});
    first += count;
  }
  if (first > 0) table.ids = Elements::range(0, first);
  auto port = std::make_unique<RecordedSpikes>("spikes", table);
  std::size_t k = 0;
  for (const auto& list : lists)
    if (!list.node_ids.empty()) port->add(list, table.populations[k++].first);
  port->sort();
  std::vector<std::unique_ptr<Recorded>> ports;
  ports.push_back(std::move(port));
  return ports;
}

}  // namespace

std::vector<std::unique_ptr<Recorded>> open_spikes(const std::filesystem::path& file) {
  const auto lists = sonata::read_spikes(file);
  const auto opened = sonata::open_for_reading(file);
  const auto names = sonata::recorded_ports(opened);
  if (names.empty()) return foreign(lists);
  std::vector<std::unique_ptr<Recorded>> ports;
  for (const auto& name : names) {
    const auto recorded = sonata::read_port(opened, name);
    auto port = std::make_unique<RecordedSpikes>(name, table_of(recorded));
    const auto find = [&](const std::string& group) {
      return std::ranges::find(lists, group, &sonata::SpikeList::population);
    };
    auto populations = port->table().populations;
    if (populations.empty()) populations.push_back({recorded.module(), 0, 0});
    for (const auto& population : populations) {
      // where two ports have a population of one name, the later one's carries its module's name
      const auto plain = sonata::path_name(population.name);
      auto list = find(sonata::path_name(recorded.module() + "_" + plain));
      if (list == lists.end()) list = find(plain);
      if (list != lists.end()) port->add(*list, population.first);
    }
    port->sort();
    ports.push_back(std::move(port));
  }
  return ports;
}

}  // namespace viewer
