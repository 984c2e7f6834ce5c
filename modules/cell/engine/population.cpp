// SPDX-License-Identifier: MIT
#include "engine/population.hpp"

#include <algorithm>
#include <cassert>
#include <map>
#include <tuple>

#include "engine/arrangement.hpp"
#include "engine/block.hpp"
#include "engine/kernel.hpp"
#include "engine/thread_pool.hpp"
#include "engine/type_model.hpp"

namespace cell::engine {
namespace {

struct CellSpec {
  const TypeModel* model;
  double threshold_mV;
  int node;  // that is watched
};

struct Target {
  Block* block;
  int slot, lane;
};

/// A block, whom its lanes hold, and who fired in the advance at hand.
struct Running {
  std::unique_ptr<Block> block;
  std::vector<std::uint32_t> cells;
  std::vector<Firing> firings;

  void advance(const Kernel& kernel, std::int64_t done, std::int64_t steps) {
    for (std::int64_t s = 1; s <= steps; ++s) {  // a block stays in the cache for all of them
      const unsigned fired = block->step(kernel);
      for (std::size_t lane = 0; fired >> lane != 0; ++lane)
        if ((fired >> lane & 1U) != 0) firings.push_back({cells[lane], done + s});
    }
  }
};

}  // namespace

class Population::State {
 public:
  struct Place {
    Block* block;
    int lane;
  };

  State(double dt, Scheme how) : dt_ms{dt}, scheme{how}, kernel{&best_kernel()} {}

  const TypeModel* model(const CellType& type) {
    auto& known = models[&type];
    if (!known) known = std::make_unique<TypeModel>(type, dt_ms, scheme);
    return known.get();
  }

  void place_cells();
  void place_synapses();

  double dt_ms;
  Scheme scheme;
  const Kernel* kernel;
  std::unique_ptr<ThreadPool> threads = std::make_unique<ThreadPool>(1);
  std::map<const CellType*, std::unique_ptr<TypeModel>> models;  // looked up only
  std::vector<CellSpec> specs;
  std::vector<Synapse> synapses;
  std::map<std::pair<std::uint32_t, SlotKey>, std::uint32_t> synapse_numbers;
  std::vector<Clamp> clamps;
  // made by initialise():
  std::vector<std::unique_ptr<BlockModel>> block_models;
  std::vector<Running> blocks;
  std::vector<Place> places;  // of cells
  std::vector<Target> targets;
  std::int64_t done = 0;
};

void Population::State::place_cells() {
  std::vector<const TypeModel*> type_of;
  for (const auto& spec : specs) type_of.push_back(spec.model);
  block_models.clear();
  blocks.clear();
  places.assign(specs.size(), {});
  std::map<const TypeModel*, const BlockModel*> of_one_type;  // looked up only
  for (auto& company : arrange(type_of)) {
    const auto* first = type_of[company.cells.front()];
    const BlockModel* model = company.one_type ? of_one_type[first] : nullptr;
    if (model == nullptr) {
      std::vector<const TypeModel*> types;
      for (const auto cell : company.cells) types.push_back(type_of[cell]);
      block_models.push_back(company.one_type ? std::make_unique<BlockModel>(*first)
                                              : std::make_unique<BlockModel>(types));
      model = block_models.back().get();
      if (company.one_type) of_one_type[first] = model;
    }
    auto block = std::make_unique<Block>(*model);
    for (const auto cell : company.cells)
      places[cell] = {block.get(), block->add_cell(specs[cell].threshold_mV, specs[cell].node)};
    blocks.push_back({std::move(block), std::move(company.cells), {}});
  }
}

void Population::State::place_synapses() {
  targets.clear();
  for (const auto& synapse : synapses) {
    const auto& place = places[synapse.cell];
    const int node = specs[synapse.cell].model->node_of(synapse.segment);
    targets.push_back({place.block, place.block->slot(synapse, place.lane, node), place.lane});
  }
  for (const auto& clamp : clamps) {
    const auto& place = places[clamp.cell];
    place.block->add_clamp(place.lane, specs[clamp.cell].model->node_of(clamp.segment), clamp,
                           dt_ms);
  }
}

Population::Population(double dt_ms, Scheme scheme)
    : state_{std::make_unique<State>(dt_ms, scheme)} {}
Population::~Population() = default;
Population::Population(Population&&) noexcept = default;
Population& Population::operator=(Population&&) noexcept = default;

void Population::use_threads(int threads) {
  state_->threads = std::make_unique<ThreadPool>(threads);
}

void Population::use_instructions(Instructions most) { state_->kernel = &best_kernel(most); }

std::uint32_t Population::add_cell(const CellType& type, double threshold_mV, int segment) {
  const auto* model = state_->model(type);
  state_->specs.push_back({model, threshold_mV, model->node_of(segment)});
  return static_cast<std::uint32_t>(state_->specs.size() - 1);
}

std::uint32_t Population::add_synapse(const Synapse& synapse) {
  const auto number = static_cast<std::uint32_t>(state_->synapses.size());
  const auto [known, fresh] = state_->synapse_numbers.try_emplace(
      {synapse.cell, slot_key(synapse.segment, synapse)}, number);
  if (fresh) state_->synapses.push_back(synapse);
  return known->second;
}

void Population::add_clamp(const Clamp& clamp) { state_->clamps.push_back(clamp); }

void Population::initialise() {
  state_->done = 0;
  state_->place_cells();
  state_->place_synapses();
  state_->threads->run(state_->blocks.size(), [this](std::size_t b) {
    state_->blocks[b].block->initialise(*state_->kernel, state_->dt_ms);
  });
}

void Population::deliver(std::uint32_t synapse, std::int64_t step, double weight_uS) {
  assert(step >= state_->done);
  const auto& target = state_->targets[synapse];
  target.block->deliver(step, target.slot, target.lane, weight_uS);
}

void Population::advance(std::int64_t steps, std::vector<Firing>& firings) {
  const auto first = static_cast<std::ptrdiff_t>(firings.size());
  state_->threads->run(state_->blocks.size(), [&](std::size_t b) {
    state_->blocks[b].advance(*state_->kernel, state_->done, steps);
  });
  for (auto& company : state_->blocks) {
    firings.insert(firings.end(), company.firings.begin(), company.firings.end());
    company.firings.clear();
  }
  state_->done += steps;
  std::sort(firings.begin() + first, firings.end(), [](const Firing& a, const Firing& b) {
    return std::tie(a.step, a.cell) < std::tie(b.step, b.cell);
  });
}

std::int64_t Population::steps_done() const { return state_->done; }

void Population::begin_mean() {
  for (auto& company : state_->blocks) company.block->begin_mean();
}

void Population::read(Quantity what, std::uint32_t cell, std::span<double> values) const {
  const auto& place = state_->places[cell];
  if (what == Quantity::cai) place.block->catch_up(*state_->kernel);
  place.block->read(what, place.lane, values);
}

void Population::read_state(std::uint32_t cell, int mechanism, int state,
                            std::span<double> values) const {
  const auto& place = state_->places[cell];
  place.block->read_state(*state_->kernel, mechanism, state, place.lane, values);
}

void Population::read_current(std::uint32_t cell, int mechanism, std::span<double> values) const {
  const auto& place = state_->places[cell];
  place.block->read_current(*state_->kernel, mechanism, place.lane, values);
}

void Population::set_cai(std::uint32_t cell, int segment, double cai_mM) {
  const auto& place = state_->places[cell];
  place.block->catch_up(*state_->kernel);
  place.block->set_cai(place.lane, state_->specs[cell].model->node_of(segment), cai_mM);
}

void Population::set_injected(std::uint32_t cell, int segment, double nA) {
  const auto& place = state_->places[cell];
  place.block->set_injected(place.lane, state_->specs[cell].model->node_of(segment), nA);
}

void Population::set_v_ext(std::uint32_t cell, std::span<const double> v_ext_mV) {
  const auto& place = state_->places[cell];
  place.block->set_v_ext(place.lane, v_ext_mV);
}

double Population::electrode_current(std::uint32_t cell) const {
  const auto& place = state_->places[cell];
  return place.block->electrode_current(place.lane);
}

std::size_t Population::cells() const { return state_->specs.size(); }

const CellType& Population::type(std::uint32_t cell) const {
  return state_->specs[cell].model->type();
}

}  // namespace cell::engine
