// SPDX-License-Identifier: MIT
#include "network/point_cells.hpp"

#include <algorithm>

namespace cell {
namespace {

bool is_clocked(const Model& model, std::size_t population) {
  return model.is_point(population) && !model.is_event(population);
}

}  // namespace

PointCells::PointCells(const Atlas& atlas, int rank, int ranks)
    : atlas_{&atlas},
      model_{&atlas.model()},
      window_{static_cast<std::uint64_t>(model_->step / model_->dt)},
      place_(model_->populations.size()),
      input_elements_(model_->inputs.size()),
      arrived_(model_->inputs.size()) {
  std::size_t points = 0;
  for (std::size_t k = 0; k < place_.size(); ++k) points += is_clocked(*model_, k) ? 1U : 0U;
  if (points == 0) return;
  network_.emplace(tutti::to_ms(model_->dt), atlas.seed(),
                   point::Share{static_cast<std::uint64_t>(rank), static_cast<std::uint64_t>(ranks),
                                model_->threads});
  for (std::size_t k = 0; k < place_.size(); ++k) {
    if (!is_clocked(*model_, k)) continue;
    const auto& p = model_->populations[k];
    const auto& kind = model_->cells[p.cell];
    point::PopulationSpec spec{p.first, p.number, kind.point, atlas.values_of(p)};
    for (const auto& [state, value] : p.initial)
      spec.initial.emplace_back(state,
                                atlas.each(p, "initial/" + kind.point->states[state], value));
    spec.initial.insert(spec.initial.end(), p.initial_each.begin(), p.initial_each.end());
    place_[k] = network_->add(spec);
  }
  for (const auto& p : model_->connections) {
    if (!is_clocked(*model_, p.to)) continue;
    const auto& to = model_->populations[p.to];
    const auto step = static_cast<std::uint64_t>(ranks);
    const auto first =
        to.first + (static_cast<std::uint64_t>(rank) + step - to.first % step) % step;
    if (p.plasticity && first < to.first + to.number)
      plastic_ = united(
          plastic_,
          tutti::Elements::strided(first, (to.first + to.number - first + step - 1) / step, step));
  }
}

void PointCells::connect() {
  for (const auto& p : model_->connections)
    if (is_clocked(*model_, p.to)) network_->connect(spec(p));
  for (const auto& c : model_->currents)
    if (is_clocked(*model_, c.to))
      network_->inject({c.name, place_[c.to], atlas_->cells_of(c), atlas_->current_of(c)});
  for (auto drive : model_->drives) {
    if (!is_clocked(*model_, drive.to)) continue;
    drive.to = place_[drive.to];
    network_->drive(drive);
  }
}

point::ProjectionSpec PointCells::spec(const Projection& p) const {
  point::ProjectionSpec s;
  s.connections = atlas_->connections(p);
  s.input = p.input;
  s.to = place_[p.to];
  s.receptor = p.receptor;
  s.least_delay = p.input ? 0 : window_;
  s.short_term = p.short_term;
  s.plasticity = p.plasticity;
  if (p.plasticity) s.least_delay = window_;  // else the target's own spikes would come too late
  return s;
}

void PointCells::connect_input(std::size_t input, const tutti::Elements& sources) {
  input_elements_[input] = sources;
  for (const auto& p : model_->inputs[input].second)
    if (is_clocked(*model_, p.to)) network_->connect(spec(p));
}

void PointCells::start() {
  if (network_) network_->start(window_);
}

void PointCells::deliver_input(std::size_t input, std::uint64_t element, tutti::Time arrival) {
  const auto place = input_elements_[input].index_of(element);
  if (!place) return;
  const auto dt = model_->dt.count();
  const auto instant = (tutti::ticks(arrival) + dt - 1) / dt;
  arrived_[input].push_back(
      {static_cast<std::uint32_t>(*place), static_cast<std::uint32_t>(instant)});
}

void PointCells::reward(tutti::Time t, double value) {
  if (network_)
    network_->reward(static_cast<std::uint64_t>(tutti::ticks(t) / model_->dt.count()), value);
}

void PointCells::visit(tutti::State& state, tutti::Time now) {
  if (network_)
    network_->visit(state, static_cast<std::uint64_t>(tutti::ticks(now) / model_->dt.count()));
}

void PointCells::deliver(std::span<const point::Spike> spikes) {
  if (network_) network_->deliver(spikes);
}

std::span<const point::Spike> PointCells::advance(tutti::Time until) {
  for (std::size_t k = 0; k < arrived_.size(); ++k) {
    if (!arrived_[k].empty()) network_->deliver_input(k, arrived_[k]);
    arrived_[k].clear();
  }
  return network_->advance(static_cast<std::uint64_t>(tutti::ticks(until) / model_->dt.count()));
}

}  // namespace cell
