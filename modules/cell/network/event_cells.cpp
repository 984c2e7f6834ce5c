// SPDX-License-Identifier: MIT
#include "network/event_cells.hpp"

#include <algorithm>

#include "tutti/error.hpp"

namespace cell {

EventCells::EventCells(const Atlas& atlas, int rank, int ranks)
    : atlas_{&atlas},
      model_{&atlas.model()},
      nodes_(model_->populations.size()),
      first_(model_->populations.size()),
      inputs_(model_->inputs.size()),
      input_elements_(model_->inputs.size()) {
  for (std::size_t k = 0; k < nodes_.size(); ++k) {
    if (!model_->is_event(k)) continue;
    const auto& p = model_->populations[k];
    std::vector<std::uint64_t> gids;
    for (std::uint64_t node = 0; node < p.number; ++node) {
      if ((p.first + node) % static_cast<std::uint64_t>(ranks) != static_cast<std::uint64_t>(rank))
        continue;
      nodes_[k].push_back(node);
      gids.push_back(p.first + node);
    }
    const auto& cell = model_->cells[p.cell];
    first_[k] =
        network_.add(*cell.point, atlas.values_of(p).of_neurons(nodes_[k]), std::move(gids));
  }
}

void EventCells::connect() {
  for (const auto& p : model_->connections) connect(p, internal_);
  for (std::size_t k = 0; k < model_->drives.size(); ++k)
    if (model_->is_event(model_->drives[k].to)) add_drive(k, model_->drives[k]);
}

void EventCells::connect(const Projection& p, Fan& fan) {
  if (!model_->is_event(p.to)) return;
  const auto& to = model_->populations[p.to];
  const auto connections = atlas_->connections(p);
  const auto least = p.input ? tutti::Duration{} : model_->step;
  std::vector<std::uint64_t> mine;
  for (const auto node : nodes_[p.to])
    if (connections.targets.contains(to.first + node)) mine.push_back(to.first + node);
  connections.for_each(atlas_->seed(), mine, [&](const rules::Connection& c) {
    const auto delay = tutti::nearest_tick(c.delay_ms).time_since_epoch();
    if (delay < least)
      throw tutti::Error{
          tutti::Fault::config,
          "{}: the delay from cell {} to cell {} is {} ms; it must be {} or more, the "
          "step of the module in which its ranks exchange spikes",
          p.name,
          c.source,
          c.target,
          c.delay_ms,
          least};
    const auto place = std::ranges::lower_bound(nodes_[p.to], c.target - to.first);
    const auto neuron = first_[p.to] + static_cast<std::size_t>(place - nodes_[p.to].begin());
    fan[c.source].push_back({static_cast<std::uint32_t>(neuron), c.weight, delay.count()});
  });
}

void EventCells::add_drive(std::size_t number, const point::DriveSpec& d) {
  if (d.rate_per_ms <= 0) return;
  const auto& to = model_->populations[d.to];
  for (std::size_t i = 0; i < nodes_[d.to].size(); ++i) {
    const tutti::Random random{atlas_->seed(), tutti::stream_id(d.name),
                               to.first + nodes_[d.to][i]};
    const double mean = 1 / d.rate_per_ms;
    trains_.push_back({number, to.first + nodes_[d.to][i],
                       static_cast<std::uint32_t>(first_[d.to] + i), d.weight, mean,
                       d.start_ms + mean * random.exponential(0), d.stop_ms, random, 1});
  }
}

void EventCells::connect_input(std::size_t input, const tutti::Elements& sources) {
  input_elements_[input] = sources;
  for (const auto& p : model_->inputs[input].second) connect(p, inputs_[input]);
}

void EventCells::deliver(const Fan& fan, std::uint64_t source, tutti::Time t) {
  const auto row = fan.find(source);
  if (row == fan.end()) return;
  for (const auto& s : row->second) network_.arrive(s.neuron, tutti::ticks(t) + s.delay, s.weight);
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

void EventCells::visit(tutti::State& state) {
  network_.visit(state);
  for (auto& train : trains_)
    state.entry(fmt::format("events drive {}", train.drive), train.gid,
                [&](tutti::Fields& fields) { fields(train.next_ms), fields(train.draws); });
}

}  // namespace cell
