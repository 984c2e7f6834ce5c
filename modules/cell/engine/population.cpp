// SPDX-License-Identifier: MIT
#include "engine/population.hpp"

#include <algorithm>
#include <tuple>

#include "engine/block.hpp"

namespace cell::engine {

class Population::State {
 public:
  State(double dt, Scheme how) : dt_ms{dt}, scheme{how} {}

  struct Home {
    std::size_t block;
    int lane;
  };
  Block& block_of(std::uint32_t cell) { return *blocks[homes[cell].block]; }

  double dt_ms;
  Scheme scheme;
  std::vector<std::unique_ptr<Block>> blocks;
  std::vector<Home> homes;  // by cell
  struct SynapseHome {
    std::size_t block;
    std::uint32_t place;
  };
  std::vector<SynapseHome> synapses;
  std::int64_t done = 0;
};

Population::Population(double dt_ms, Scheme scheme)
    : state_{std::make_unique<State>(dt_ms, scheme)} {}
Population::~Population() = default;
Population::Population(Population&&) noexcept = default;
Population& Population::operator=(Population&&) noexcept = default;

std::uint32_t Population::add_cell(const CellType& type, double threshold_mV, int segment) {
  auto& s = *state_;
  const auto number = static_cast<std::uint32_t>(s.homes.size());
  auto found = std::ranges::find_if(
      s.blocks, [&](const auto& b) { return &b->type() == &type && !b->full(); });
  if (found == s.blocks.end()) {
    s.blocks.push_back(std::make_unique<Block>(type, s.dt_ms, s.scheme, best_kernels()));
    found = std::prev(s.blocks.end());
  }
  const int lane = (*found)->add_cell(number, threshold_mV, segment);
  s.homes.push_back({static_cast<std::size_t>(found - s.blocks.begin()), lane});
  return number;
}

std::uint32_t Population::add_synapse(const Synapse& synapse) {
  auto& s = *state_;
  const auto home = s.homes[synapse.cell];
  s.synapses.push_back({home.block, s.blocks[home.block]->add_synapse(home.lane, synapse)});
  return static_cast<std::uint32_t>(s.synapses.size() - 1);
}

void Population::add_clamp(const Clamp& clamp) {
  state_->block_of(clamp.cell).add_clamp(state_->homes[clamp.cell].lane, clamp);
}

void Population::initialise() {
  for (auto& block : state_->blocks) block->initialise();
  state_->done = 0;
}

void Population::deliver(std::uint32_t synapse, std::int64_t step, double weight_uS) {
  const auto home = state_->synapses[synapse];
  state_->blocks[home.block]->deliver(home.place, step, weight_uS);
}

void Population::advance(std::int64_t steps, std::vector<Firing>& firings) {
  const auto first = static_cast<std::ptrdiff_t>(firings.size());
  for (auto& block : state_->blocks) block->advance(state_->done, steps, firings);
  state_->done += steps;
  std::sort(firings.begin() + first, firings.end(), [](const Firing& a, const Firing& b) {
    return std::tie(a.step, a.cell) < std::tie(b.step, b.cell);
  });
}

std::int64_t Population::steps_done() const { return state_->done; }

void Population::begin_mean() {
  for (auto& block : state_->blocks) block->begin_mean();
}

void Population::read(Quantity what, std::uint32_t cell, std::span<double> values) const {
  state_->block_of(cell).read(what, state_->homes[cell].lane, values);
}

void Population::set_cai(std::uint32_t cell, int segment, double cai_mM) {
  state_->block_of(cell).set_cai(state_->homes[cell].lane, segment, cai_mM);
}

double Population::electrode_current(std::uint32_t cell) const {
  return state_->block_of(cell).electrode_current(state_->homes[cell].lane);
}

std::size_t Population::cells() const { return state_->homes.size(); }
const CellType& Population::type(std::uint32_t cell) const { return state_->block_of(cell).type(); }

}  // namespace cell::engine
