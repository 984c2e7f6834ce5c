// SPDX-License-Identifier: MIT
#include "network/event_cells.hpp"

#include <algorithm>

namespace cell {

EventCells::EventCells(const Model& model, std::uint64_t seed, int rank, int ranks,
                       tutti::Duration step)
    : model_{&model},
      seed_{seed},
      nodes_(model.populations.size()),
      first_(model.populations.size()),
      inputs_(model.inputs.size()),
      input_elements_(model.inputs.size()) {
  for (std::size_t k = 0; k < nodes_.size(); ++k) {
    if (!model.is_event(k)) continue;
    const auto& p = model.populations[k];
    std::vector<std::uint64_t> gids;
    for (std::uint64_t node = 0; node < p.number; ++node) {
      if ((p.first + node) % static_cast<std::uint64_t>(ranks) != static_cast<std::uint64_t>(rank))
        continue;
      nodes_[k].push_back(node);
      gids.push_back(p.first + node);
    }
    const auto& cell = model.cells[p.cell];
    first_[k] =
        network_.add(*cell.point, values_of(model, p, seed).of_neurons(nodes_[k]), std::move(gids));
  }
  for (const auto& p : model.connections)
    if (model.is_event(p.to))
      connect(p, model.populations[*p.from].number, model.populations[*p.from].first, step,
              internal_);
  for (const auto& drive : model.drives)
    if (model.is_event(drive.to)) add_drive(drive);
}

void EventCells::connect(const Projection& p, std::uint64_t sources, std::uint64_t first,
                         tutti::Duration least, Fan& fan) {
  const auto& to = model_->populations[p.to];
  const auto& mine = nodes_[p.to];
  rules::for_each_pair(
      p.rule, {sources, to.number, p.from && *p.from == p.to}, seed_, tutti::stream_id(p.name),
      mine, [&](const rules::Pair& pair) {
        const auto gid = to.first + pair.target;
        const tutti::Random weights{seed_, tutti::stream_id(p.name + "/weight"), gid};
        const tutti::Random delays{seed_, tutti::stream_id(p.name + "/delay"), gid};
        const auto place =
            static_cast<std::size_t>(std::ranges::lower_bound(mine, pair.target) - mine.begin());
        const auto delay = tutti::nearest_tick(point::draw(p.delay_ms, delays, pair.draw));
        fan[first + pair.source].push_back(
            {static_cast<std::uint32_t>(first_[p.to] + place),
             static_cast<float>(point::draw(p.weight, weights, pair.draw)),
             std::max(delay.time_since_epoch(), least).count()});
      });
}

void EventCells::add_drive(const point::DriveSpec& d) {
  if (d.rate_per_ms <= 0) return;
  const auto& to = model_->populations[d.to];
  for (std::size_t i = 0; i < nodes_[d.to].size(); ++i) {
    const tutti::Random random{seed_, tutti::stream_id(d.name), to.first + nodes_[d.to][i]};
    const double mean = 1 / d.rate_per_ms;
    trains_.push_back({static_cast<std::uint32_t>(first_[d.to] + i), d.weight, mean,
                       d.start_ms + mean * random.exponential(0), d.stop_ms, random, 1});
  }
}

void EventCells::connect_input(std::size_t input, const tutti::Elements& sources) {
  const auto& p = model_->inputs[input].second;
  if (!model_->is_event(p.to)) return;
  input_elements_[input] = sources;
  connect(p, sources.size(), 0, {}, inputs_[input]);
}

void EventCells::deliver(const Fan& fan, std::uint64_t source, tutti::Time t) {
  const auto row = fan.find(source);
  if (row == fan.end()) return;
  for (const auto& s : row->second)
    network_.arrive(s.neuron, tutti::ticks(t) + s.delay, static_cast<double>(s.weight));
}

void EventCells::deliver_input(std::size_t input, std::uint64_t element, tutti::Time arrival) {
  if (const auto place = input_elements_[input].index_of(element))
    deliver(inputs_[input], *place, arrival);
}

void EventCells::deliver(std::uint64_t gid, tutti::Time fired) { deliver(internal_, gid, fired); }

std::span<const point::TimedSpike> EventCells::advance(tutti::Time until) {
  for (auto& train : trains_)
    for (; train.next_ms <= std::min(tutti::to_ms(until), train.stop_ms);
         train.next_ms += train.mean_ms * train.random.exponential(train.draws++))
      network_.arrive(train.neuron, tutti::ticks(tutti::nearest_tick(train.next_ms)), train.weight);
  return network_.advance(tutti::ticks(until));
}

}  // namespace cell
