// SPDX-License-Identifier: MIT
#include "network/network.hpp"

#include <algorithm>

#include "network/contacts.hpp"
#include "tutti/error.hpp"
#include "tutti/random.hpp"

namespace cell {

Network::Network(const Atlas& atlas, int rank, int ranks)
    : atlas_{&atlas},
      model_{&atlas.model()},
      rank_{rank},
      ranks_{ranks},
      cells_{tutti::to_ms(model_->dt), model_->scheme},
      inputs_(model_->inputs.size()),
      input_elements_(model_->inputs.size()) {
  cells_.use_threads(static_cast<int>(model_->threads));
  cells_.use_tolerance(model_->tolerance_mV);
  make_cells();
  find_plastic();
  add_clamps();
  make_electrodes();
  cells_.initialise();
}

void Network::connect() {
  for (const auto& p : model_->connections) connect(p, internal_);
}

void Network::make_cells() {
  first_segment_.push_back(0);
  for (std::uint64_t gid = 0; gid < model_->cell_count(); ++gid) {
    const auto& cell = model_->cell_of(gid);
    first_segment_.push_back(first_segment_.back() + cell.type.cable.segments.size());
    if (static_cast<int>(gid % static_cast<std::uint64_t>(ranks_)) != rank_) continue;
    neurons_.push_back(gid);
    if (cell.point != nullptr) continue;
    gids_.push_back(gid);
    segment_count_ += cell.type.cable.segments.size();
    cells_.add_cell(cell.type, cell.threshold_mV, 0);
  }
}

/// As for point neurons: all cells of this rank in the populations that plastic connections reach.
void Network::find_plastic() {
  std::vector<std::uint64_t> found;
  for (const auto gid : gids_)
    if (std::ranges::any_of(model_->connections, [&](const Projection& p) {
          const auto& to = model_->populations[p.to];
          return p.plasticity && gid >= to.first && gid < to.first + to.number;
        }))
      found.push_back(gid);
  plastic_ = tutti::Elements::of(std::move(found));
}

void Network::add_clamps() {
  const auto for_cells = [&](const Chosen& on, const auto& add) {
    for (const auto node : on.cells) {
      const auto gid = model_->populations[on.population].first + node;
      const auto here = std::ranges::lower_bound(gids_, gid);
      if (here != gids_.end() && *here == gid)
        add(static_cast<std::uint32_t>(here - gids_.begin()), gid);
    }
  };
  for (const auto& c : model_->clamps) {
    auto& here = clamps_.emplace_back();
    for_cells(c.on, [&](std::uint32_t cell, std::uint64_t) {
      here.emplace_back(cell,
                        cells_.add_clamp({cell, 0, c.delay_ms, c.duration_ms, c.amplitude_nA}));
    });
    std::ranges::sort(here);
  }
  for (const auto& c : model_->voltage_clamps)
    for_cells(c.on, [&](std::uint32_t cell, std::uint64_t) {
      cells_.add_voltage_clamp({cell, 0, c.resistance_MOhm, c.levels});
    });
}

void Network::make_electrodes() {
  for (const auto& c : model_->currents) {
    if (model_->is_point(c.to)) continue;
    const auto cells = atlas_->cells_of(c);
    const auto stream = tutti::stream_id(c.name);
    point::Injection electrode{atlas_->current_of(c), atlas_->seed(), stream};
    for (std::uint32_t k = 0; k < gids_.size(); ++k) {
      if (!cells.contains(gids_[k])) continue;
      if (c.tau_ms > 0)
        cells_.add_noise({k, 0, c.current.start_ms, c.current.stop_ms - c.current.start_ms,
                          c.current.offset, c.current.amplitude, c.tau_ms, atlas_->seed(), stream,
                          gids_[k]});
      else
        electrode.add_cell(k, gids_[k]);
    }
    if (!electrode.places().empty()) electrodes_.push_back(std::move(electrode));
  }
  if (!electrodes_.empty()) from_port_.assign(gids_.size(), 0);
}

/// One step, with currents as they are in its middle.
void Network::step_with_electrodes(std::span<float* const> membranes) {
  const double t = (static_cast<double>(cells_.steps_done()) + 0.5) * tutti::to_ms(model_->dt);
  auto sum = from_port_;
  for (auto& e : electrodes_) e.add_to(sum, t);
  for (const auto& e : electrodes_)
    for (const auto cell : e.places())
      cells_.set_injected(static_cast<std::uint32_t>(cell), 0, sum[cell]);
  cells_.advance(1, firings_, membranes);
}

void Network::connect(const Projection& p, Fan& fan) {
  if (model_->is_point(p.to)) return;
  const auto& kind = model_->synapses[p.synapse];
  // onto plastic synapses the target's own spikes would else come too late
  const double least = p.input && !p.plasticity ? 0 : tutti::to_ms(model_->step);
  const bool changing = p.plasticity || p.short_term;
  std::vector<ChangingSynapses::Made> made;
  for_each_contact(*atlas_, p, gids_, [&](const Contact& c) {
    if (!(c.delay_ms >= least * (1 - 1e-12)))
      throw tutti::Error{
          tutti::Fault::config,
          "{}: the delay from cell {} to cell {} is {} ms; it must be {} ms or more, "
          "the step of the module in which its ranks exchange spikes",
          p.name,
          c.source,
          c.target,
          c.delay_ms,
          least};
    const auto cell = std::ranges::lower_bound(gids_, c.target) - gids_.begin();
    const auto synapse = cells_.add_synapse(
        {kind.kind, static_cast<std::uint32_t>(cell), c.segment, kind.tau1_ms, kind.tau2_ms,
         kind.e_mV, kind.magnesium_mM, kind.controlled ? group_of(p.synapse) : 0});
    const auto delay = tutti::nearest_tick(c.delay_ms).time_since_epoch();
    if (changing)
      made.push_back(
          {c.source, c.target, synapse, static_cast<std::uint32_t>(cell), c.weight_uS, delay});
    else
      fan.fixed[c.source].push_back({synapse, c.weight_uS, delay});
    ++contacts_;
  });
  if (changing) fan.changing.emplace_back(p, made, gids_.size(), model_->dt, atlas_->seed());
}

void Network::connect_input(std::size_t input, const tutti::Elements& sources) {
  input_elements_[input] = sources;
  for (const auto& p : model_->inputs[input].second) connect(p, inputs_[input]);
}

/// The step at whose start an event acts: the boundary nearest to it, as NEURON's fixed step does.
std::int64_t Network::step_of(tutti::Time t) const {
  const auto dt = model_->dt.count();
  const auto half_steps = 2 * tutti::ticks(t) - dt;
  const auto step = half_steps <= 0 ? 0 : (half_steps + 2 * dt - 1) / (2 * dt);
  return std::max(step, cells_.steps_done());
}

void Network::deliver(std::uint32_t synapse, tutti::Time at, double weight_uS) {
  if (model_->scheme == engine::Scheme::cvode)
    cells_.deliver_at(synapse, tutti::to_ms(at.time_since_epoch()), weight_uS);
  else
    cells_.deliver(synapse, step_of(at), weight_uS);
}

void Network::deliver(Fan& fan, std::uint64_t source, tutti::Time t) {
  const auto found = fan.fixed.find(source);
  if (found != fan.fixed.end())
    for (const auto& target : found->second)
      deliver(target.synapse, t + target.delay, target.weight_uS);
  for (auto& changing : fan.changing)
    changing.deliver(source, t, rewards_, [this](std::uint32_t synapse, tutti::Time at, double w) {
      deliver(synapse, at, w);
    });
}

template <typename F>
void Network::for_each_changing(F&& f) {
  for (auto& c : internal_.changing) f(c);
  for (auto& input : inputs_)
    for (auto& c : input.changing) f(c);
}

/// Bounds what plastic synapses remember; what fired before is known to all of them by now.
void Network::settle() {
  constexpr std::int64_t long_ago = 1 << 15;
  const auto now = cells_.steps_done();
  if (now < settled_ + long_ago) return;
  for_each_changing([&](auto& c) { c.settle(static_cast<std::uint64_t>(now), rewards_); });
  rewards_.forget(static_cast<std::uint64_t>(now));
  settled_ = now;
}

void Network::note_firings() {
  for_each_changing([&](auto& c) {
    for (const auto& f : firings_) c.fired(f.cell, static_cast<std::uint64_t>(f.step));
  });
}

void Network::reward(tutti::Time t, double value) {
  rewards_.set(static_cast<std::uint64_t>(tutti::ticks(t) / model_->dt.count()), value);
}

std::vector<double> Network::plastic_means() const {
  return mean_relative(internal_, inputs_, gids_, plastic_);
}

void Network::deliver_input(std::size_t input, std::uint64_t element, tutti::Time arrival) {
  if (const auto place = input_elements_[input].index_of(element))
    deliver(inputs_[input], *place, arrival);
}

void Network::deliver(std::uint64_t gid, tutti::Time fired) { deliver(internal_, gid, fired); }

std::span<const Network::Fired> Network::advance(tutti::Time until,
                                                 std::span<float* const> membranes) {
  settle();
  firings_.clear();
  fired_.clear();
  const auto begin = tutti::time_zero + model_->dt * cells_.steps_done();
  const auto steps = tutti::ticks(until) / model_->dt.count() - cells_.steps_done();
  if (electrodes_.empty()) {
    if (steps > 0) cells_.advance(steps, firings_, membranes);
  } else {
    for (std::int64_t k = 1; k <= steps; ++k)
      step_with_electrodes(k == steps ? membranes : std::span<float* const>{});
  }
  note_firings();
  for (const auto& f : firings_) {
    auto time = tutti::time_zero + model_->dt * f.step;
    if (model_->exact_spikes)  // in this window, whichever way it was rounded
      time = std::clamp(tutti::nearest_tick(f.time_ms), begin + tutti::Duration{1}, until);
    fired_.push_back({gids_[f.cell], time});
  }
  return fired_;
}

void Network::visit(tutti::State& state, tutti::Time now) {
  cells_.visit(state, gids_, tutti::ticks(now) / model_->dt.count());
  for (std::size_t k = 0; k < from_port_.size(); ++k)
    state.entry("cells injected", gids_[k], [&](tutti::Fields& fields) { fields(from_port_[k]); });
  state.entry("cells past", 0,
              [&](tutti::Fields& fields) { rewards_.visit(fields), fields(settled_); });
  const auto visit_fan = [&](Fan& fan, const std::string& whose) {
    for (std::size_t k = 0; k < fan.changing.size(); ++k)
      fan.changing[k].visit(state, fmt::format("cells {} {}", whose, k), gids_);
  };
  visit_fan(internal_, "synapses");
  for (std::size_t k = 0; k < inputs_.size(); ++k)
    visit_fan(inputs_[k], fmt::format("input {} synapses", k));
}

std::span<const double> Network::read(engine::Quantity what) {
  values_.resize(segment_count_);
  std::size_t at = 0;
  for (std::uint32_t cell = 0; cell < gids_.size(); ++cell) {
    const auto count = cells_.type(cell).cable.segments.size();
    cells_.read(what, cell, std::span{values_}.subspan(at, count));
    at += count;
  }
  return values_;
}

Network::Place Network::place_of(std::uint64_t segment) const {
  const auto gid = static_cast<std::uint64_t>(std::ranges::upper_bound(first_segment_, segment) -
                                              first_segment_.begin() - 1);
  const auto cell = std::ranges::lower_bound(gids_, gid) - gids_.begin();
  return {static_cast<std::uint32_t>(cell), static_cast<int>(segment - first_segment_[gid])};
}

void Network::set_concentration(engine::Ion ion, engine::Side side, std::uint64_t segment,
                                double mM) {
  const auto at = place_of(segment);
  cells_.set_concentration(ion, side, at.cell, at.segment, mM);
}

void Network::inject(std::uint64_t segment, double nA) {
  const auto at = place_of(segment);
  if (!electrodes_.empty() && at.segment == 0) from_port_[at.cell] = nA;
  cells_.set_injected(at.cell, at.segment, nA);
}

void Network::set_v_ext(const tutti::Elements& whole, std::span<const double> v_ext_mV) {
  for (std::uint32_t cell = 0; cell < gids_.size(); ++cell) {
    const auto first = whole.index_of(first_segment_[gids_[cell]]);
    if (!first) continue;
    const auto count = cells_.type(cell).cable.segments.size();
    cells_.set_v_ext(cell, v_ext_mV.subspan(*first, count));
  }
}

}  // namespace cell
