// SPDX-License-Identifier: MIT
#include "network/point_cells.hpp"

#include <algorithm>

#include "tutti/random.hpp"

namespace cell {
namespace {

bool is_clocked(const Model& model, std::size_t population) {
  return model.is_point(population) && !model.is_event(population);
}

/// A value for each cell of a population.
std::vector<double> drawn(const PopulationModel& p, const std::string& what,
                          const point::Distribution& d, std::uint64_t seed) {
  std::vector<double> values;
  for (std::uint64_t node = 0; node < p.number; ++node) {
    const tutti::Random random{seed, tutti::stream_id(what + "/" + p.name), node};
    values.push_back(point::draw(d, random, 0));
  }
  return values;
}

}  // namespace

point::Values values_of(const Model& model, const PopulationModel& p, std::uint64_t seed) {
  const auto& kind = model.cells[p.cell];
  auto values = kind.values;
  if (p.number == 0) return values;
  for (const auto& [which, d] : kind.drawn) {
    const auto& name = kind.point->parameters[static_cast<std::size_t>(which)].name;
    values.set(which, drawn(p, "parameter/" + name, d, seed));
  }
  return values;
}

PointCells::PointCells(const Model& model, std::uint64_t seed, int rank, int ranks,
                       tutti::Duration step)
    : model_{&model},
      seed_{seed},
      window_{static_cast<std::uint64_t>(step / model.dt)},
      place_(model.populations.size()),
      input_elements_(model.inputs.size()),
      arrived_(model.inputs.size()) {
  std::size_t points = 0;
  for (std::size_t k = 0; k < place_.size(); ++k) points += is_clocked(model, k) ? 1U : 0U;
  if (points == 0) return;
  network_.emplace(tutti::to_ms(model.dt), seed,
                   point::Share{static_cast<std::uint64_t>(rank), static_cast<std::uint64_t>(ranks),
                                model.threads});
  for (std::size_t k = 0; k < place_.size(); ++k) {
    if (!is_clocked(model, k)) continue;
    const auto& p = model.populations[k];
    const auto& kind = model.cells[p.cell];
    point::PopulationSpec spec{p.first, p.number, kind.point, values_of(model, p, seed)};
    for (const auto& [state, d] : p.initial)
      spec.initial.emplace_back(state, drawn(p, "initial/" + kind.point->states[state], d, seed));
    place_[k] = network_->add(spec);
  }
  for (const auto& p : model.connections)
    if (is_clocked(model, p.to)) {
      auto s = spec(p);
      s.first_source = model.populations[*p.from].first;
      s.sources = model.populations[*p.from].number;
      s.same = *p.from == p.to;
      s.least_delay = window_;
      network_->connect(s);
    }
  for (auto drive : model.drives) {
    if (!is_clocked(model, drive.to)) continue;
    drive.to = place_[drive.to];
    network_->drive(drive);
  }
}

point::ProjectionSpec PointCells::spec(const Projection& p) const {
  point::ProjectionSpec s;
  s.name = p.name;
  s.to = place_[p.to];
  s.rule = p.rule;
  s.receptor = p.receptor;
  s.weight = p.weight;
  s.delay_ms = p.delay_ms;
  s.short_term = p.short_term;
  return s;
}

void PointCells::connect_input(std::size_t input, const tutti::Elements& sources) {
  const auto& p = model_->inputs[input].second;
  if (!is_clocked(*model_, p.to)) return;
  input_elements_[input] = sources;
  auto s = spec(p);
  s.input = input;
  s.sources = sources.size();
  network_->connect(s);
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
