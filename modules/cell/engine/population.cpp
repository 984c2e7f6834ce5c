// SPDX-License-Identifier: MIT
#include "engine/population.hpp"

#include <algorithm>
#include <cassert>
#include <map>
#include <tuple>

#include "engine/block.hpp"
#include "engine/kernel.hpp"
#include "engine/type_model.hpp"

namespace cell::engine {

class Population::State {
 public:
  struct Place {
    Block* block;
    int lane;
    const TypeModel* model;
  };
  struct Target {
    Block* block;
    int slot, lane;
  };
  /// Cells of one type and the blocks that they fill.
  struct Group {
    std::unique_ptr<TypeModel> model;
    std::vector<std::unique_ptr<Block>> blocks;
    std::vector<std::uint32_t> cells;  ///< In order: block k has cells 8k .. 8k + 7.
  };

  State(double dt, Scheme how) : dt_ms{dt}, scheme{how}, kernel{best_kernel()} {}

  Group& group(const CellType& type) {
    for (auto& g : groups)
      if (&g.model->type() == &type) return g;
    groups.push_back({std::make_unique<TypeModel>(type, dt_ms, scheme), {}, {}});
    return groups.back();
  }

  double dt_ms;
  Scheme scheme;
  const Kernel& kernel;
  std::vector<Group> groups;
  std::vector<Place> places;  // of cells
  std::vector<Target> synapses;
  std::map<std::tuple<std::uint32_t, int>, std::uint32_t> synapse_numbers;  // by cell and slot
  std::int64_t done = 0;
};

Population::Population(double dt_ms, Scheme scheme)
    : state_{std::make_unique<State>(dt_ms, scheme)} {}
Population::~Population() = default;
Population::Population(Population&&) noexcept = default;
Population& Population::operator=(Population&&) noexcept = default;

std::uint32_t Population::add_cell(const CellType& type, double threshold_mV, int segment) {
  auto& group = state_->group(type);
  if (group.blocks.empty() || group.blocks.back()->full())
    group.blocks.push_back(std::make_unique<Block>(*group.model));
  const int lane = group.blocks.back()->add_cell(threshold_mV, group.model->node_of(segment));
  const auto cell = static_cast<std::uint32_t>(state_->places.size());
  group.cells.push_back(cell);
  state_->places.push_back({group.blocks.back().get(), lane, group.model.get()});
  return cell;
}

std::uint32_t Population::add_synapse(const Synapse& synapse) {
  const auto& place = state_->places[synapse.cell];
  const int slot = place.block->slot(synapse, place.model->node_of(synapse.segment));
  const auto [known, fresh] = state_->synapse_numbers.try_emplace(
      {synapse.cell, slot}, static_cast<std::uint32_t>(state_->synapses.size()));
  if (fresh) state_->synapses.push_back({place.block, slot, place.lane});
  return known->second;
}

void Population::add_clamp(const Clamp& clamp) {
  const auto& place = state_->places[clamp.cell];
  place.block->add_clamp(place.lane, place.model->node_of(clamp.segment), clamp, state_->dt_ms);
}

void Population::initialise() {
  state_->done = 0;
  for (auto& group : state_->groups)
    for (auto& block : group.blocks) block->initialise(state_->kernel, state_->dt_ms);
}

void Population::deliver(std::uint32_t synapse, std::int64_t step, double weight_uS) {
  assert(step >= state_->done);
  const auto& target = state_->synapses[synapse];
  target.block->deliver(step, target.slot, target.lane, weight_uS);
}

void Population::advance(std::int64_t steps, std::vector<Firing>& firings) {
  const auto first = static_cast<std::ptrdiff_t>(firings.size());
  for (auto& group : state_->groups)
    for (std::size_t b = 0; b < group.blocks.size(); ++b)
      for (std::int64_t s = 1; s <= steps; ++s) {  // a block stays in the cache for all of them
        const unsigned fired = group.blocks[b]->step(state_->kernel);
        for (std::size_t lane = 0; fired >> lane != 0; ++lane)
          if ((fired >> lane & 1U) != 0)
            firings.push_back({group.cells[b * lanes + lane], state_->done + s});
      }
  state_->done += steps;
  std::sort(firings.begin() + first, firings.end(), [](const Firing& a, const Firing& b) {
    return std::tie(a.step, a.cell) < std::tie(b.step, b.cell);
  });
}

std::int64_t Population::steps_done() const { return state_->done; }

void Population::begin_mean() {
  for (auto& group : state_->groups)
    for (auto& block : group.blocks) block->begin_mean();
}

void Population::read(Quantity what, std::uint32_t cell, std::span<double> values) const {
  const auto& place = state_->places[cell];
  if (what == Quantity::cai) place.block->catch_up(state_->kernel);
  place.block->read(what, place.lane, values);
}

void Population::set_cai(std::uint32_t cell, int segment, double cai_mM) {
  const auto& place = state_->places[cell];
  place.block->catch_up(state_->kernel);
  place.block->set_cai(place.lane, place.model->node_of(segment), cai_mM);
}

void Population::set_injected(std::uint32_t cell, int segment, double nA) {
  const auto& place = state_->places[cell];
  place.block->set_injected(place.lane, place.model->node_of(segment), nA);
}

void Population::set_v_ext(std::uint32_t cell, std::span<const double> v_ext_mV) {
  const auto& place = state_->places[cell];
  place.block->set_v_ext(place.lane, v_ext_mV);
}

double Population::electrode_current(std::uint32_t cell) const {
  const auto& place = state_->places[cell];
  return place.block->electrode_current(place.lane);
}

std::size_t Population::cells() const { return state_->places.size(); }

const CellType& Population::type(std::uint32_t cell) const {
  return state_->places[cell].model->type();
}

}  // namespace cell::engine
