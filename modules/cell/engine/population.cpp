// SPDX-License-Identifier: MIT
#include "engine/population.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <exception>
#include <functional>
#include <map>
#include <memory_resource>
#include <span>
#include <tuple>

#include "engine/adaptive_cell.hpp"
#include "engine/arrangement.hpp"
#include "engine/block.hpp"
#include "engine/kernel.hpp"
#include "engine/membrane_currents.hpp"
#include "engine/thread_pool.hpp"
#include "engine/type_model.hpp"

#include "tutti/error.hpp"

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

  void note(unsigned fired, double dt_ms, std::int64_t step) {
    for (std::size_t lane = 0; fired >> lane != 0; ++lane)
      if ((fired >> lane & 1U) != 0)
        firings.push_back(
            {cells[lane], step, dt_ms * (static_cast<double>(step - 1) + block->crossed(lane))});
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

  bool adaptive() const { return scheme == Scheme::cvode; }
  void place_cells();
  void make_adaptive();
  void advance_adaptive(std::int64_t steps, std::vector<Firing>& firings);
  template <typename F>
  void each_adaptive(F&& f);
  void restarted();
  void place_synapses();
  void place_electrodes();
  void look_across();
  void advance(std::int64_t steps, std::span<float* const> membranes);
  void advance(std::span<Running> some, std::int64_t steps, std::span<float* const> membranes);

  double dt_ms;
  Scheme scheme;
  const Kernel* kernel;
  std::size_t thread_count = 1;
  std::unique_ptr<ThreadPool> threads = std::make_unique<ThreadPool>(1);
  std::map<const CellType*, std::unique_ptr<TypeModel>> models;  // looked up only
  std::vector<CellSpec> specs;
  std::vector<Synapse> synapses;
  std::map<std::pair<std::uint32_t, SlotKey>, std::uint32_t> synapse_numbers;
  std::tuple<std::vector<Clamp>, std::vector<VoltageClamp>, std::vector<NoiseClamp>> clamps;
  std::vector<GapJunction> gaps;
  std::vector<std::pair<std::uint32_t, int>> published;  // cell and segment
  Share share;
  std::vector<double> mine, here, before, peers;  // voltages: published, of all sides
  // made by initialise():
  std::vector<std::unique_ptr<BlockModel>> block_models;
  std::vector<Running> blocks;
  std::vector<Place> places;  // of cells
  std::vector<Target> targets;
  std::vector<std::pair<Block*, std::size_t>> clamp_places;
  std::vector<AdaptiveCell> adaptives;  // in place of blocks
  std::vector<int> adaptive_targets;
  double tolerance_mV = 1e-5;
  bool count_ions = false;
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
}

void Population::State::place_electrodes() {
  const auto add = [this](const auto& clamp) {
    const auto& place = places[clamp.cell];
    return place.block->add_clamp(place.lane, specs[clamp.cell].model->node_of(clamp.segment),
                                  clamp, dt_ms);
  };
  const auto& [currents, voltages, noises] = clamps;
  clamp_places.clear();
  for (const auto& clamp : currents) {
    auto* block = places[clamp.cell].block;
    clamp_places.emplace_back(block, add(clamp));
  }
  std::ranges::for_each(voltages, add);
  std::ranges::for_each(noises, add);
  for (const auto& gap : gaps) {
    const auto& place = places[gap.cell];
    place.block->add_gap(place.lane, specs[gap.cell].model->node_of(gap.segment), gap);
  }
}

/// Brings the voltages that gap junctions see up to the step at hand.
void Population::State::look_across() {
  for (std::size_t k = 0; k < published.size(); ++k) {
    const auto [cell, segment] = published[k];
    mine[k] = places[cell].block->v(places[cell].lane, specs[cell].model->node_of(segment));
  }
  before = here;
  share ? share(mine, here) : static_cast<void>(here = mine);
  if (done == 0) before = here;
  peers = here;
  if (scheme != Scheme::crank_nicolson) return;
  for (std::size_t k = 0; k < peers.size(); ++k) peers[k] += 0.5 * (here[k] - before[k]);
}

/// Fetches where they will be written, far from each other, while the cells take their steps.
void expect_membranes(const Running& running, std::span<float* const> to) {
  constexpr std::size_t line = 64 / sizeof(float);
  constexpr int write = 1, second_level = 2;
  for (std::size_t lane = 0; lane < running.cells.size(); ++lane) {
    const float* const first = to[running.cells[lane]];
    const auto count = running.block->model().segment_rows(static_cast<int>(lane)).size();
    for (std::size_t k = 0; first != nullptr && k < count; k += line)
      __builtin_prefetch(first + k, write, second_level);
  }
}

/// The membrane currents of a block's cells, to where they are wanted.
template <typename Number>
void write_membranes(const Running& running, std::span<Number* const> to) {
  std::array<Number*, lanes> of_lane{};
  for (std::size_t lane = 0; lane < running.cells.size(); ++lane)
    of_lane[lane] = to[running.cells[lane]];
  if (std::ranges::none_of(of_lane, std::identity{})) return;
  const auto& model = running.block->model();
  alignas(64) std::array<std::byte, std::size_t{32} << 10> room;  // 512 compartments, mostly enough
  std::pmr::monotonic_buffer_resource memory{room.data(), room.size()};
  constexpr std::size_t alignment = lanes * sizeof(double);
  const auto bytes = static_cast<std::size_t>(model.tables().nodes) * alignment;
  auto* const currents = static_cast<double*>(memory.allocate(bytes, alignment));
  running.block->read_membranes(currents);
  deal_out(model, currents, of_lane);
}

/// Blocks go in twos as long as every thread has some.
void Population::State::advance(std::int64_t steps, std::span<float* const> membranes) {
  const std::size_t group = blocks.size() < 2 * thread_count ? 1 : 2;
  threads->run((blocks.size() + group - 1) / group, [&](std::size_t k) {
    advance(std::span{blocks}.subspan(k * group, std::min(group, blocks.size() - k * group)), steps,
            membranes);
  });
}

/// One block or two stay in the cache for all of the steps.
void Population::State::advance(std::span<Running> some, std::int64_t steps,
                                std::span<float* const> membranes) {
  if (!membranes.empty())
    for (const auto& one : some) expect_membranes(one, membranes);
  std::array<StepTask, 2> tasks;
  for (std::int64_t s = 1; s <= steps; ++s) {
    for (std::size_t k = 0; k < some.size(); ++k) tasks[k] = some[k].block->next_step(peers);
    kernel->step(tasks.data(), static_cast<int>(some.size()));
    for (auto& one : some) one.note(one.block->stepped(), dt_ms, done + s);
  }
  if (!membranes.empty())
    for (const auto& one : some) write_membranes(one, membranes);
}

/// What has a step of its own cannot have another's at every step.
void refuse_adaptive(bool any, const char* what) {
  if (any)
    throw tutti::Error{tutti::Fault::config,
                       "{} need a fixed step; with cvode each cell has its own", what};
}

void Population::State::make_adaptive() {
  refuse_adaptive(!here.empty(), "gap junctions");
  refuse_adaptive(!std::get<std::vector<VoltageClamp>>(clamps).empty(), "voltage clamps");
  refuse_adaptive(!std::get<std::vector<NoiseClamp>>(clamps).empty(), "noisy currents");
  block_models.clear();
  adaptives.clear();
  adaptive_targets.clear();
  std::map<const TypeModel*, const BlockModel*> of_type;  // looked up only
  for (const auto& spec : specs) {
    auto& known = of_type[spec.model];
    if (known == nullptr)
      known = block_models.emplace_back(std::make_unique<BlockModel>(*spec.model)).get();
    adaptives.emplace_back(*known, *kernel, spec.threshold_mV, spec.node);
  }
  for (const auto& synapse : synapses)
    adaptive_targets.push_back(adaptives[synapse.cell].add_synapse(
        synapse, specs[synapse.cell].model->node_of(synapse.segment)));
  for (const auto& clamp : std::get<std::vector<Clamp>>(clamps))
    adaptives[clamp.cell].add_clamp(clamp, specs[clamp.cell].model->node_of(clamp.segment));
  for (auto& cell : adaptives) cell.initialise(tolerance_mV);
}

/// Every cell on its thread; what is wrong is thrown where all are done.
template <typename F>
void Population::State::each_adaptive(F&& f) {
  std::vector<std::exception_ptr> faults(adaptives.size());
  threads->run(adaptives.size(), [&](std::size_t k) {
    try {
      f(k);
    } catch (...) {
      faults[k] = std::current_exception();
    }
  });
  for (const auto& fault : faults)
    if (fault) std::rethrow_exception(fault);
}

void Population::State::restarted() {
  for (auto& company : blocks) company.block->restarted(*kernel);
  each_adaptive([this](std::size_t k) { adaptives[k].go_again(); });
}

void Population::State::advance_adaptive(std::int64_t steps, std::vector<Firing>& firings) {
  const double until_ms = dt_ms * static_cast<double>(done + steps);
  std::vector<std::vector<double>> crossings(adaptives.size());
  each_adaptive([&](std::size_t k) { adaptives[k].advance(until_ms, crossings[k]); });
  for (std::size_t k = 0; k < adaptives.size(); ++k)
    for (const double t : crossings[k])
      firings.push_back(
          {static_cast<std::uint32_t>(k), static_cast<std::int64_t>(std::ceil(t / dt_ms)), t});
  done += steps;
}

Population::Population(double dt_ms, Scheme scheme)
    : state_{std::make_unique<State>(dt_ms, scheme)} {}
Population::~Population() = default;
Population::Population(Population&&) noexcept = default;
Population& Population::operator=(Population&&) noexcept = default;

void Population::use_tolerance(double tolerance_mV) { state_->tolerance_mV = tolerance_mV; }

void Population::use_threads(int threads) {
  state_->thread_count = static_cast<std::size_t>(threads);
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

std::size_t Population::add_clamp(const Clamp& clamp) {
  auto& all = std::get<std::vector<Clamp>>(state_->clamps);
  all.push_back(clamp);
  return all.size() - 1;
}
void Population::add_voltage_clamp(const VoltageClamp& clamp) {
  std::get<std::vector<VoltageClamp>>(state_->clamps).push_back(clamp);
}
void Population::add_noise(const NoiseClamp& noise) {
  std::get<std::vector<NoiseClamp>>(state_->clamps).push_back(noise);
}
void Population::add_gap(const GapJunction& side) { state_->gaps.push_back(side); }

void Population::publish(std::vector<std::pair<std::uint32_t, int>> mine, std::size_t all,
                         Share share) {
  state_->mine.resize(mine.size());
  state_->published = std::move(mine);
  state_->here.resize(all);
  state_->share = std::move(share);
}

void Population::initialise() {
  state_->done = 0;
  if (state_->adaptive()) return state_->make_adaptive();
  state_->place_cells();
  state_->place_synapses();
  state_->place_electrodes();
  state_->threads->run(state_->blocks.size(), [this](std::size_t b) {
    state_->blocks[b].block->initialise(*state_->kernel, state_->dt_ms, state_->count_ions);
  });
}

void Population::deliver_at(std::uint32_t synapse, double t_ms, double weight_uS) {
  if (state_->adaptive())
    return state_->adaptives[state_->synapses[synapse].cell].deliver(
        t_ms, state_->adaptive_targets[synapse], weight_uS);
  const auto nearest = static_cast<std::int64_t>(std::ceil(t_ms / state_->dt_ms - 0.5 - 1e-9));
  deliver(synapse, std::max(nearest, state_->done), weight_uS);
}

void Population::deliver(std::uint32_t synapse, std::int64_t step, double weight_uS) {
  assert(step >= state_->done);
  if (state_->adaptive())
    return deliver_at(synapse, state_->dt_ms * static_cast<double>(step), weight_uS);
  const auto& target = state_->targets[synapse];
  target.block->deliver(step, target.slot, target.lane, weight_uS);
}

void Population::advance(std::int64_t steps, std::vector<Firing>& firings,
                         std::span<float* const> membranes) {
  const auto first = static_cast<std::ptrdiff_t>(firings.size());
  if (state_->adaptive()) {
    state_->advance_adaptive(steps, firings);
    if (!membranes.empty()) write_adaptive(membranes);
  } else if (state_->here.empty()) {
    state_->advance(steps, membranes);
    state_->done += steps;
  } else {  // voltages cross gap junctions at every step
    for (std::int64_t s = 0; s < steps; ++s) {
      state_->look_across();
      state_->advance(1, s + 1 == steps ? membranes : std::span<float* const>{});
      ++state_->done;
    }
  }
  for (auto& company : state_->blocks) {
    firings.insert(firings.end(), company.firings.begin(), company.firings.end());
    company.firings.clear();
  }
  std::sort(firings.begin() + first, firings.end(), [](const Firing& a, const Firing& b) {
    return std::tie(a.step, a.cell, a.time_ms) < std::tie(b.step, b.cell, b.time_ms);
  });
}

std::int64_t Population::steps_done() const { return state_->done; }

void Population::count_ions(bool counted) {
  state_->count_ions = counted;
  for (auto& company : state_->blocks) company.block->count_ions(counted);
}

void Population::begin_mean() {
  for (auto& company : state_->blocks) company.block->begin_mean();
}

void Population::read(Quantity what, std::uint32_t cell, std::span<double> values) const {
  if (state_->adaptive()) return state_->adaptives[cell].read(what, values);
  if (what == Quantity::i_membrane) {
    std::vector<double*> to(cells());
    to[cell] = values.data();
    return read_membranes(to);
  }
  const auto& place = state_->places[cell];
  if (what == Quantity::cai) place.block->catch_up(*state_->kernel);
  place.block->read(what, place.lane, values);
}

void Population::read_membranes(std::span<double* const> to) const {
  if (state_->adaptive()) {
    for (std::uint32_t cell = 0; cell < to.size(); ++cell)
      if (to[cell] != nullptr)
        read(Quantity::i_membrane, cell, {to[cell], type(cell).cable.segments.size()});
    return;
  }
  state_->threads->run(state_->blocks.size(),
                       [&](std::size_t k) { write_membranes(state_->blocks[k], to); });
}

void Population::write_adaptive(std::span<float* const> membranes) const {
  std::vector<double> values;
  for (std::uint32_t cell = 0; cell < membranes.size(); ++cell) {
    if (membranes[cell] == nullptr) continue;
    values.resize(type(cell).cable.segments.size());
    read(Quantity::i_membrane, cell, values);
    std::ranges::transform(values, membranes[cell], [](double x) { return static_cast<float>(x); });
  }
}

void Population::read_state(std::uint32_t cell, int mechanism, int state,
                            std::span<double> values) const {
  if (state_->adaptive()) return state_->adaptives[cell].read_state(mechanism, state, values);
  const auto& place = state_->places[cell];
  place.block->read_state(*state_->kernel, mechanism, state, place.lane, values);
}

void Population::read_current(std::uint32_t cell, int mechanism, std::span<double> values) const {
  const auto& model = *state_->specs[cell].model;
  if (model.type().leaks_are_fixed && mechanism == mechanism_number("pas")) {  // in the matrix
    read(Quantity::v, cell, values);
    for (std::size_t s = 0; s < values.size(); ++s) {
      const int node = model.node_of(static_cast<int>(s));
      values[s] = values[s] * model.leak_conductance(node) -
                  model.tables().leak[static_cast<std::size_t>(node)];
    }
    return;
  }
  if (state_->adaptive()) return state_->adaptives[cell].read_current(mechanism, values);
  const auto& place = state_->places[cell];
  place.block->read_current(*state_->kernel, mechanism, place.lane, values);
}

void Population::set_cai(std::uint32_t cell, int segment, double cai_mM) {
  refuse_adaptive(state_->adaptive(), "concentrations from outside");
  const auto& place = state_->places[cell];
  place.block->catch_up(*state_->kernel);
  place.block->set_cai(place.lane, state_->specs[cell].model->node_of(segment), cai_mM);
}

void Population::set_concentration(Ion ion, Side side, std::uint32_t cell, int segment, double mM) {
  if (ion == Ion::ca && side == Side::inside) return set_cai(cell, segment, mM);
  refuse_adaptive(state_->adaptive(), "concentrations from outside");
  const auto& place = state_->places[cell];
  place.block->catch_up(*state_->kernel);
  place.block->set_concentration(ion, side, place.lane, state_->specs[cell].model->node_of(segment),
                                 mM);
}

void Population::set_parameter(std::uint32_t cell, int mechanism, int parameter, int segment,
                               double value) {
  refuse_adaptive(state_->adaptive(), "parameters from outside");
  const auto& place = state_->places[cell];
  place.block->catch_up(*state_->kernel);
  place.block->set_parameter(mechanism, parameter, place.lane, segment, value);
}

void Population::set_gain(std::uint32_t cell, int group, int segment, double factor) {
  refuse_adaptive(state_->adaptive(), "gains from outside");
  const auto& place = state_->places[cell];
  place.block->set_gain(group, place.lane, state_->specs[cell].model->node_of(segment), factor);
}

void Population::set_clamp(std::size_t clamp, double nA) {
  refuse_adaptive(state_->adaptive(), "currents from outside");
  const auto& [block, number] = state_->clamp_places[clamp];
  block->set_clamp(number, nA);
}

void Population::set_injected(std::uint32_t cell, int segment, double nA) {
  refuse_adaptive(state_->adaptive(), "currents from outside");
  const auto& place = state_->places[cell];
  place.block->set_injected(place.lane, state_->specs[cell].model->node_of(segment), nA);
}

void Population::set_v_ext(std::uint32_t cell, std::span<const double> v_ext_mV) {
  refuse_adaptive(state_->adaptive(), "potentials from outside");
  const auto& place = state_->places[cell];
  place.block->set_v_ext(place.lane, v_ext_mV);
}

double Population::electrode_current(std::uint32_t cell) const {
  if (state_->adaptive()) return state_->adaptives[cell].electrode_current();
  const auto& place = state_->places[cell];
  return place.block->electrode_current(place.lane);
}

void Population::visit(tutti::State& state, std::span<const std::uint64_t> numbers,
                       std::int64_t steps) {
  if (!state.saving()) state_->done = steps;
  for (auto& company : state_->blocks) {
    if (state.saving())
      company.block->catch_up(*state_->kernel);
    else
      company.block->restart(steps);
  }
  auto synapse = state_->synapse_numbers.begin();  // by cell, then by what tells them apart
  std::vector<int> slots;
  for (std::uint32_t cell = 0; cell < state_->specs.size(); ++cell) {
    slots.clear();
    for (; synapse != state_->synapse_numbers.end() && synapse->first.first == cell; ++synapse)
      slots.push_back(state_->adaptive() ? state_->adaptive_targets[synapse->second]
                                         : state_->targets[synapse->second].slot);
    state.entry("cells", numbers[cell], [&](tutti::Fields& fields) {
      if (state_->adaptive()) return state_->adaptives[cell].visit(fields, slots);
      const auto& place = state_->places[cell];
      place.block->visit(fields, place.lane, slots);
    });
  }
  if (!state_->here.empty())  // the same on every rank
    state.entry("gaps", 0, [&](tutti::Fields& fields) { fields(std::span{state_->here}); });
  if (!state.saving()) state_->restarted();
}

std::size_t Population::cells() const { return state_->specs.size(); }

const CellType& Population::type(std::uint32_t cell) const {
  return state_->specs[cell].model->type();
}

}  // namespace cell::engine
