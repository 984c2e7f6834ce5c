// SPDX-License-Identifier: MIT
#include "network/network.hpp"

#include <algorithm>
#include <numeric>

#include "tutti/error.hpp"
#include "tutti/random.hpp"

namespace cell {
namespace {

/// Places on the membrane of some regions of a cell, drawn evenly by area.
class Places {
 public:
  Places(const engine::CellType& type, const std::vector<int>& regions) {
    for (std::size_t s = 0; s < type.cable.segments.size(); ++s) {
      const auto& segment = type.cable.segments[s];
      if (std::ranges::find(regions, segment.type) == regions.end()) continue;
      segments_.push_back(static_cast<int>(s));
      up_to_.push_back((up_to_.empty() ? 0.0 : up_to_.back()) + segment.area);
    }
  }
  bool empty() const { return segments_.empty(); }
  int at(double uniform) const {
    const auto found = std::ranges::upper_bound(up_to_, uniform * up_to_.back());
    const auto place =
        std::min(static_cast<std::size_t>(found - up_to_.begin()), segments_.size() - 1);
    return segments_[place];
  }

 private:
  std::vector<int> segments_;
  std::vector<double> up_to_;
};

}  // namespace

std::vector<Contact> contacts_of(const Projection& p, const Model& model, std::uint64_t seed,
                                 std::uint64_t target, std::uint64_t sources) {
  const auto& population = model.populations[p.to];
  const Places places{model.cells[population.cell].type, p.regions};
  std::vector<Contact> contacts;
  if (places.empty() || sources == 0) return contacts;
  const tutti::Random random{seed, tutti::stream_id(p.name + "/place"), target};
  const std::uint64_t own = target - population.first;
  rules::for_each_pair(
      p.rule, {sources, population.number, p.from && *p.from == p.to}, seed,
      tutti::stream_id(p.name), std::span{&own, 1}, [&](const rules::Pair& pair) {
        contacts.push_back({pair.source, target, places.at(random.uniform(pair.draw))});
      });
  return contacts;
}

Network::Network(const Model& model, std::uint64_t seed, int rank, int ranks)
    : model_{&model},
      seed_{seed},
      rank_{rank},
      ranks_{ranks},
      cells_{tutti::to_ms(model.dt), model.scheme},
      inputs_(model.inputs.size()),
      input_elements_(model.inputs.size()) {
  make_cells();
  for (const auto& p : model.connections)
    if (!model.is_point(p.to))
      connect(p, model.populations[*p.from].number, model.populations[*p.from].first, internal_);
  cells_.initialise();
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
  for (const auto& clamp : model_->clamps)
    for (const auto node : clamp.cells) {
      const auto gid = model_->populations[clamp.population].first + node;
      const auto here = std::ranges::lower_bound(gids_, gid);
      if (here == gids_.end() || *here != gid) continue;
      cells_.add_clamp({static_cast<std::uint32_t>(here - gids_.begin()), 0, clamp.delay_ms,
                        clamp.duration_ms, clamp.amplitude_nA});
    }
}

void Network::connect(const Projection& p, std::uint64_t sources, std::uint64_t first_source,
                      Targets& targets) {
  const auto& population = model_->populations[p.to];
  const auto& kind = model_->synapses[p.synapse];
  for (std::size_t cell = 0; cell < gids_.size(); ++cell) {
    if (gids_[cell] - population.first >= population.number) continue;
    for (const auto& contact : contacts_of(p, *model_, seed_, gids_[cell], sources)) {
      const auto synapse =
          cells_.add_synapse({kind.kind, static_cast<std::uint32_t>(cell), contact.segment,
                              kind.tau1_ms, kind.tau2_ms, kind.e_mV});
      targets[first_source + contact.source].push_back({synapse, p.weight_uS, p.delay});
      ++contacts_;
    }
  }
}

void Network::connect_input(std::size_t input, const tutti::Elements& sources) {
  input_elements_[input] = sources;
  if (model_->is_point(model_->inputs[input].second.to)) return;
  connect(model_->inputs[input].second, sources.size(), 0, inputs_[input]);
}

/// The step at whose start an event acts: the boundary nearest to it, as NEURON's fixed step does.
std::int64_t Network::step_of(tutti::Time t) const {
  const auto dt = model_->dt.count();
  const auto half_steps = 2 * tutti::ticks(t) - dt;
  const auto step = half_steps <= 0 ? 0 : (half_steps + 2 * dt - 1) / (2 * dt);
  return std::max(step, cells_.steps_done());
}

void Network::deliver(const Targets& targets, std::uint64_t source, tutti::Time t) {
  const auto found = targets.find(source);
  if (found == targets.end()) return;
  for (const auto& target : found->second)
    cells_.deliver(target.synapse, step_of(t + target.delay), target.weight_uS);
}

void Network::deliver_input(std::size_t input, std::uint64_t element, tutti::Time arrival) {
  if (const auto place = input_elements_[input].index_of(element))
    deliver(inputs_[input], *place, arrival);
}

void Network::deliver(std::uint64_t gid, tutti::Time fired) { deliver(internal_, gid, fired); }

std::span<const Network::Fired> Network::advance(tutti::Time until) {
  firings_.clear();
  fired_.clear();
  const auto steps = tutti::ticks(until) / model_->dt.count() - cells_.steps_done();
  if (steps > 0) cells_.advance(steps, firings_);
  for (const auto& f : firings_)
    fired_.push_back({gids_[f.cell], tutti::time_zero + model_->dt * f.step});
  return fired_;
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

void Network::set_cai(std::uint64_t segment, double cai_mM) {
  const auto at = place_of(segment);
  cells_.set_cai(at.cell, at.segment, cai_mM);
}

void Network::inject(std::uint64_t segment, double nA) {
  const auto at = place_of(segment);
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
