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
    gids_.insert(gids_.end(), gids.begin(), gids.end());
    if (std::ranges::any_of(model_->connections,
                            [&](const Projection& c) { return c.plasticity && c.to == k; }))
      plastic_ = united(plastic_, tutti::Elements::of(gids));
    const auto& cell = model_->cells[p.cell];
    first_[k] =
        network_.add(*cell.point, atlas.values_of(p).of_neurons(nodes_[k]), std::move(gids));
  }
}

std::size_t EventCells::neuron_of(std::uint64_t gid) const {
  const auto& p = model_->population_of(gid);
  const auto k = static_cast<std::size_t>(&p - model_->populations.data());
  const auto place = std::ranges::lower_bound(nodes_[k], gid - p.first) - nodes_[k].begin();
  return first_[k] + static_cast<std::size_t>(place);
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
  // onto plastic synapses the target's own spikes would else come too late
  const auto least = p.input && !p.plasticity ? tutti::Duration{} : model_->step;
  const bool changing = p.plasticity || p.short_term;
  std::vector<ChangingSynapses::Made> made;
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
    const auto neuron = static_cast<std::uint32_t>(neuron_of(c.target));
    if (changing)
      made.push_back({c.source, c.target, neuron, neuron, c.weight, delay});
    else
      fan.fixed[c.source].push_back({neuron, c.weight, delay.count()});
  });
  if (changing)
    fan.changing.emplace_back(p, made, gids_.size(), tutti::Duration{1}, atlas_->seed());
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

void EventCells::deliver(Fan& fan, std::uint64_t source, tutti::Time t) {
  if (const auto row = fan.fixed.find(source); row != fan.fixed.end())
    for (const auto& s : row->second)
      network_.arrive(s.neuron, tutti::ticks(t) + s.delay, s.weight);
  for (auto& changing : fan.changing)
    changing.deliver(source, t, rewards_,
                     [this](std::uint32_t neuron, tutti::Time at, double weight) {
                       network_.arrive(neuron, tutti::ticks(at), weight);
                     });
}

void EventCells::deliver_input(std::size_t input, std::uint64_t element, tutti::Time arrival) {
  if (const auto place = input_elements_[input].index_of(element))
    deliver(inputs_[input], *place, arrival);
}

void EventCells::deliver(std::uint64_t gid, tutti::Time fired) { deliver(internal_, gid, fired); }

template <typename F>
void EventCells::for_each_changing(F&& f) {
  for (auto& c : internal_.changing) f(c);
  for (auto& input : inputs_)
    for (auto& c : input.changing) f(c);
}

void EventCells::note_firings(std::span<const point::TimedSpike> fired) {
  if (plastic_.empty() && inputs_.empty()) return;
  for (const auto& spike : fired)
    for_each_changing([&, neuron = static_cast<std::uint32_t>(neuron_of(spike.source))](auto& c) {
      c.fired(neuron, static_cast<std::uint64_t>(spike.time));
    });
}

/// Bounds what plastic synapses remember; what fired before is known to all of them by now.
void EventCells::settle() {
  constexpr tutti::Duration long_ago = std::chrono::seconds{1};
  if (now_ < settled_ + long_ago) return;
  const auto instant = static_cast<std::uint64_t>(tutti::ticks(now_));
  for_each_changing([&](auto& c) { c.settle(instant, rewards_); });
  rewards_.forget(instant);
  settled_ = now_;
}

std::vector<double> EventCells::plastic_means() const {
  return mean_relative(internal_, inputs_, gids_, plastic_);
}

std::span<const point::TimedSpike> EventCells::advance(tutti::Time until) {
  settle();
  for (auto& train : trains_)
    for (; train.next_ms <= std::min(tutti::to_ms(until), train.stop_ms);
         train.next_ms += train.mean_ms * train.random.exponential(train.draws++))
      network_.arrive(train.neuron, tutti::ticks(tutti::nearest_tick(train.next_ms)), train.weight);
  const auto fired = network_.advance(tutti::ticks(until));
  note_firings(fired);
  now_ = until;
  return fired;
}

void EventCells::visit(tutti::State& state, tutti::Time now) {
  if (!state.saving()) now_ = now;
  network_.visit(state);
  for (auto& train : trains_)
    state.entry(fmt::format("events drive {}", train.drive), train.gid,
                [&](tutti::Fields& fields) { fields(train.next_ms), fields(train.draws); });
  state.entry("events past", 0, [&](tutti::Fields& fields) {
    auto settled = tutti::ticks(settled_);
    rewards_.visit(fields), fields(settled);
    settled_ = tutti::time_zero + tutti::Duration{settled};
  });
  const auto visit_fan = [&](Fan& fan, const std::string& whose) {
    for (std::size_t k = 0; k < fan.changing.size(); ++k)
      fan.changing[k].visit(state, fmt::format("events {} {}", whose, k), gids_);
  };
  visit_fan(internal_, "synapses");
  for (std::size_t k = 0; k < inputs_.size(); ++k)
    visit_fan(inputs_[k], fmt::format("input {} synapses", k));
}

}  // namespace cell
