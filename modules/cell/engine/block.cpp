// SPDX-License-Identifier: MIT
#include "engine/block.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <tuple>

#include "engine/membrane_currents.hpp"

namespace cell::engine {
namespace {

std::size_t index(int i) { return static_cast<std::size_t>(i); }

/// NEURON's ExpSyn and Exp2Syn: a weight of 1 uS makes a conductance whose peak is 1 uS.
SynapseSlot make_slot(int node, const Synapse& s, double dt_ms) {
  SynapseSlot slot;
  slot.node = node;
  slot.e_mV = s.e_mV;
  slot.decay2 = std::exp(-dt_ms / s.tau2_ms);
  slot.fall = 1;
  if (s.kind == SynapseKind::exp) return slot;
  if (s.kind == SynapseKind::alpha) {  // t e^(1 - t/tau)/tau
    slot.decay1 = slot.decay2;
    slot.rise = 1, slot.fall = 0;
    slot.couple = std::exp(1.0) * dt_ms / s.tau2_ms;
    slot.difference = false;
    return slot;
  }
  constexpr double half_block_mM = 3.57;  // at 0 mV
  if (s.kind == SynapseKind::nmda) slot.magnesium = s.magnesium_mM / half_block_mM;
  const double tau2 = s.tau2_ms, tau1 = std::min(s.tau1_ms, 0.9999 * tau2);
  const double peak = tau1 * tau2 / (tau2 - tau1) * std::log(tau2 / tau1);
  slot.rise = slot.fall = 1 / (std::exp(-peak / tau2) - std::exp(-peak / tau1));
  slot.decay1 = std::exp(-dt_ms / tau1);
  return slot;
}

}  // namespace

SlotKey slot_key(int place, const Synapse& s) {
  const bool rises = s.kind == SynapseKind::exp2 || s.kind == SynapseKind::nmda;
  return {place,
          static_cast<int>(s.kind),
          rises ? s.tau1_ms : 0,
          s.tau2_ms,
          s.e_mV,
          s.kind == SynapseKind::nmda ? s.magnesium_mM : 0,
          s.group};
}

Block::Block(const BlockModel& model) : model_{model}, ions_{model} {}

int Block::add_cell(double threshold_mV, int node) {
  watches_[index(used_)].node = model_.row(used_, node);
  watches_[index(used_)].threshold_mV = threshold_mV;
  return used_++;
}

int Block::slot(const Synapse& kind, int lane, int node) {
  const int row = model_.row(lane, node);
  const auto [known, fresh] =
      slot_numbers_.try_emplace(slot_key(row, kind), static_cast<int>(slot_kinds_.size()));
  if (fresh) slot_kinds_.push_back({row, kind, known->second});
  return known->second;
}

/// Currents are summed slot by slot, so the order of slots must not depend on who shares the block.
void Block::make_slots(double dt_ms) {
  auto sorted = slot_kinds_;
  std::ranges::sort(sorted, {}, [](const SlotKind& s) { return slot_key(s.node, s.synapse); });
  slot_place_.resize(sorted.size());
  slots_.clear();
  for (const auto& s : sorted) {
    slot_place_[index(s.number)] = static_cast<std::uint32_t>(slots_.size());
    slots_.push_back(make_slot(s.node, s.synapse, dt_ms));
  }
}

void Block::initialise(const Kernel& kernel, double dt_ms, bool count_ions) {
  make_slots(dt_ms);
  own_.reset();
  gain_ = AlignedArray{};
  state_.gain = nullptr;
  const auto& tables = this->tables();
  const std::size_t size = index(tables.nodes) * lanes;
  v_ = AlignedArray{size};
  rhs_ = AlignedArray{size};
  d_ = AlignedArray{size};
  rising_ = AlignedArray{slots_.size() * lanes};
  falling_ = AlignedArray{slots_.size() * lanes};
  state_.v = v_.data();
  state_.rhs = rhs_.data();
  state_.d = d_.data();
  state_.slots = slots_.data();
  state_.slot_count = static_cast<int>(slots_.size());
  state_.rising = rising_.data();
  state_.falling = falling_.data();
  if (uses_calcium()) {
    g_ca_ = AlignedArray{size};
    gE_ca_ = AlignedArray{size};
    eca_ = AlignedArray{size};
    cai_ = AlignedArray{size};
    i_ca_sum_ = AlignedArray{size};
    i_ca_ = AlignedArray{size};
    state_.eca = eca_.data();
    state_.cai = cai_.data();
    state_.i_ca = i_ca_.data();
    state_.ca = {g_ca_.data(), gE_ca_.data(), i_ca_sum_.data()};
  }
  mechanism_x_.clear();
  mechanism_states_.clear();
  for (int m = 0; m < tables.mechanism_count; ++m) {
    const auto count = index(tables.mechanisms[m].count);
    const auto& entry = model_.entry(index(m));
    mechanism_x_.emplace_back(count * index(entry.states) * lanes);
    mechanism_states_.push_back({mechanism_x_.back().data()});
  }
  state_.mechanisms = mechanism_states_.data();
  for (auto* array : {&injected_, &from_outside_, &drive_}) *array = AlignedArray{};
  state_.drive = nullptr;
  electrodes_.initialise();
  ions_.initialise(state_, count_ions);
  for (int m = 0; m < tables.mechanism_count; ++m)
    if (model_.entry(index(m)).carries == Ion::na_and_k_in_a_field) ions_.show(state_);
  events_ = {};
  done_ = mean_since_ = 0;
  settle(kernel);
}

void Block::settle(const Kernel& kernel) {
  const auto& tables = this->tables();
  for (int lane = 0; lane < lanes; ++lane) {
    const auto& type = model_.type(lane).type();
    for (int row = 0; row < tables.nodes; ++row) {
      v_[at(row, lane)] = type.v_init;
      set_row_cai(lane, row, type.cai);
    }
    auto& watch = watches_[index(lane)];
    watch.v_mV = type.v_init;
    watch.above = type.v_init > watch.threshold_mV;
  }
  for (int m = 0; m < tables.mechanism_count; ++m) {
    if (model_.entry(index(m)).at_rest != nullptr)
      settle_concentration(m);
    else
      for (int again = 0; again < 3; ++again)  // an implicit step leaves a part in 1e8
        kernel.gates(tables, state_, m, model_.settled(index(m)));
  }
  concentrations_behind_ = false;
  kernel.begin(tables, state_);
}

void Block::settle_concentration(int mechanism) {
  const auto& table = tables().mechanisms[mechanism];
  std::vector<double> parameters(index(table.parameter_count));
  for (int k = 0; k < table.count; ++k)
    for (int lane = 0; lane < lanes; ++lane) {
      if (table.present != nullptr && table.present[at(k, lane)] == 0) continue;
      const double* from = model_.parameters(index(mechanism), k, lane);
      for (std::size_t p = 0; p < parameters.size(); ++p)
        parameters[p] = from[p * index(model_.parameter_stride())];
      set_row_cai(lane, table.node[k], model_.entry(index(mechanism)).at_rest(parameters.data()));
    }
}

void Block::deliver(std::int64_t step, int slot, int lane, double weight_uS) {
  events_.add(step, {slot_place_[index(slot)], static_cast<std::uint32_t>(lane), weight_uS});
}

StepTask Block::next_step(std::span<const double> peers) {
  const auto& events = events_.take();
  const auto injections = electrodes_.at_step(done_, peers);
  return {&tables(),
          &state_,
          {done_ > 0, concentrations_behind_, events.data(), events.size(), injections.data(),
           injections.size()}};
}

unsigned Block::stepped() {
  ++done_;
  concentrations_behind_ = true;
  unsigned fired = 0;
  for (int lane = 0; lane < used_; ++lane) {
    auto& watch = watches_[index(lane)];
    const double v = v_[at(watch.node, lane)];
    const bool above = v > watch.threshold_mV;
    if (above && !watch.above) {
      fired |= 1U << lane;
      watch.crossed = (watch.threshold_mV - watch.v_mV) / (v - watch.v_mV);
    }
    watch.above = above;
    watch.v_mV = v;
  }
  return fired;
}

void Block::catch_up(const Kernel& kernel) {
  if (!concentrations_behind_) return;
  const auto& tables = this->tables();
  for (int m = 0; m < tables.mechanism_count; ++m)
    if (model_.entry(index(m)).reads == Reads::i_ca)
      kernel.gates(tables, state_, m, tables.mechanisms[m].constants);
  concentrations_behind_ = false;
}

void Block::begin_mean() {
  mean_since_ = done_;
  for (int c = 0; c < tables().calcium_count; ++c)
    for (int lane = 0; lane < lanes; ++lane) i_ca_sum_[at(tables().calcium_nodes[c], lane)] = 0;
  ions_.begin_mean();
}

void Block::read(Quantity what, int lane, std::span<double> values) const {
  const auto& type = model_.type(lane).type();
  const double per_step = done_ > mean_since_ ? 1 / static_cast<double>(done_ - mean_since_) : 0;
  for (std::size_t s = 0; s < type.cable.segments.size(); ++s) {
    const std::size_t k = at(model_.row(lane, type.cable.segments[s].node), lane);
    switch (what) {
      case Quantity::v:
        values[s] = v_[k];
        break;
      case Quantity::i_ca:
        values[s] = uses_calcium() ? i_ca_sum_[k] * per_step : 0;
        break;
      case Quantity::i_na:
        values[s] = ions_.carried(Ion::na, k) * per_step;
        break;
      case Quantity::i_k:
        values[s] = ions_.carried(Ion::k, k) * per_step;
        break;
      case Quantity::i_membrane:
        assert(!"read_membranes() reads it");
        break;
      default:
        values[s] = uses_calcium() ? cai_[k] : type.cai;
    }
  }
}

void Block::read_membranes(double* currents) const {
  const auto& tables = model_.tables();
  find_flows(tables, v_.data(), currents);
  if (state_.drive != nullptr)
    for (std::size_t k = 0; k < index(tables.nodes) * lanes; ++k) currents[k] += drive_[k];
  for (int lane = 0; lane < used_; ++lane)
    electrodes_.for_each_current(
        lane, true, [&](int row) { return v_[at(row, lane)]; },
        [&](int node, double current) { currents[at(model_.row(lane, node), lane)] += current; });
}

void Block::make_drive() {
  if (state_.drive != nullptr) return;
  const std::size_t size = index(tables().nodes) * lanes;
  injected_ = AlignedArray{size};
  from_outside_ = AlignedArray{size};
  drive_ = AlignedArray{size};
  state_.drive = drive_.data();
}

void Block::set_injected(int lane, int node, double nA) {
  make_drive();
  const auto k = at(model_.row(lane, node), lane);
  injected_[k] = nA;
  drive_[k] = injected_[k] + from_outside_[k];
}

/// Inside the cell flows (phi_p - phi_i)/R with phi = v + v_ext (Rattay 1989, IEEE Trans Biomed Eng
/// 36:676): beside what v makes, a current that depends on v_ext alone. A node without membrane has
/// no outside; which v_ext it is given changes nothing but what its v means, so it takes its
/// parent's.
void Block::set_v_ext(int lane, std::span<const double> v_ext_mV) {
  make_drive();
  const auto& tables = model_.type(lane).tables();
  const auto& segment = model_.type(lane).type().cable.segment;
  auto place = [&](int node) { return at(model_.row(lane, node), lane); };
  std::vector<double> outside(index(tables.nodes));
  for (int i = 0; i < tables.nodes; ++i) {
    outside[index(i)] = segment[index(i)] >= 0 ? v_ext_mV[index(segment[index(i)])]
                                               : outside[index(tables.parent[i])];
    from_outside_[place(i)] = 0;
  }
  for (int i = 1; i < tables.nodes; ++i) {
    const int p = tables.parent[i];
    const double inwards = tables.axial[i] * (outside[index(p)] - outside[index(i)]);
    from_outside_[place(i)] += inwards;
    from_outside_[place(p)] -= inwards;
  }
  for (int i = 0; i < tables.nodes; ++i)
    drive_[place(i)] = injected_[place(i)] + from_outside_[place(i)];
}

/// Gates follow a step at the beginning of the next one; whoever looks before must see them where
/// they will be, and change nothing.
AlignedArray Block::states_now(const Kernel& kernel, int mechanism) const {
  const auto& tables = this->tables();
  const auto size = index(tables.mechanisms[mechanism].count) *
                    index(model_.entry(index(mechanism)).states) * lanes;
  AlignedArray x{size};
  for (std::size_t k = 0; k < size; ++k) x[k] = mechanism_x_[index(mechanism)][k];
  if (done_ == 0) return x;
  auto states = mechanism_states_;
  states[index(mechanism)].x = x.data();
  auto state = state_;
  state.mechanisms = states.data();
  kernel.gates(tables, state, mechanism, tables.mechanisms[mechanism].constants);
  return x;
}

/// Calls f(entry, segment) where a cell has a mechanism.
template <typename F>
void Block::each_entry(int mechanism, int lane, F&& f) const {
  const auto& segments = model_.type(lane).type().cable.segments;
  std::vector<int> segment(index(tables().nodes), -1);  // of each row
  for (std::size_t s = 0; s < segments.size(); ++s)
    segment[index(model_.row(lane, segments[s].node))] = static_cast<int>(s);
  const auto& table = tables().mechanisms[mechanism];
  for (int k = 0; k < table.count; ++k) {
    const int s = segment[index(table.node[k])];
    if (s >= 0 && (table.present == nullptr || table.present[at(k, lane)] != 0)) f(k, index(s));
  }
}

void Block::read_state(const Kernel& kernel, int kind, int state, int lane,
                       std::span<double> values) {
  catch_up(kernel);
  std::ranges::fill(values, 0.0);
  for (int m = 0; m < tables().mechanism_count; ++m) {
    if (tables().mechanisms[m].kind != kind) continue;
    const auto x = states_now(kernel, m);
    const int states = model_.entry(index(m)).states;
    each_entry(m, lane, [&](int k, std::size_t s) { values[s] = x[at(k * states + state, lane)]; });
  }
}

void Block::read_current(const Kernel& kernel, int kind, int lane, std::span<double> values) {
  catch_up(kernel);
  std::ranges::fill(values, 0.0);
  const auto& tables = this->tables();
  for (int m = 0; m < tables.mechanism_count; ++m) {
    const auto& table = tables.mechanisms[m];
    if (table.kind != kind || model_.entry(index(m)).reads == Reads::i_ca) continue;
    auto x = states_now(kernel, m);
    const std::size_t size = index(tables.nodes) * lanes;
    AlignedArray g{size}, gE{size};
    auto states = mechanism_states_;
    states[index(m)].x = x.data();
    auto state = state_;
    state.mechanisms = states.data();
    state.d = g.data(), state.rhs = gE.data();
    state.na = state.k = state.ca = {};  // this is a look, not a step
    kernel.currents(tables, state, m);
    each_entry(m, lane, [&](int k, std::size_t s) {
      const auto row = at(table.node[k], lane);
      values[s] += g[row] * v_[row] - gE[row];
    });
  }
}

void Block::set_cai(int lane, int node, double cai_mM) {
  set_row_cai(lane, model_.row(lane, node), cai_mM);
}

void Block::set_row_cai(int lane, int row, double cai_mM) {
  if (!uses_calcium()) return;
  cai_[at(row, lane)] = cai_mM;
  eca_[at(row, lane)] = model_.type(lane).nernst(2, cai_mM, ions_.cao(lane, row));
}

void Block::set_concentration(Ion ion, Side side, int lane, int node, double mM) {
  const int row = model_.row(lane, node);
  if (ion != Ion::ca) return ions_.set(ion, side, lane, row, mM);
  if (!uses_calcium()) return;
  ions_.set_cao(state_, lane, row, mM);
  set_row_cai(lane, row, cai_[at(row, lane)]);
}

void Block::set_parameter(int kind, int parameter, int lane, int segment, double value) {
  if (!own_) own_ = std::make_unique<OwnParameters>(model_);
  const auto& where = model_.type(lane).type().cable.segments[index(segment)];
  const auto& unit = registry()[index(kind)].info.parameters[index(parameter)].unit;
  own_->set(kind, parameter, lane, model_.row(lane, where.node),
            value * per_area(unit, where.area));
}

void Block::set_gain(int group, int lane, int node, double factor) {
  if (gain_.data() == nullptr) {
    gain_ = AlignedArray{slots_.size() * lanes};
    std::fill_n(gain_.data(), slots_.size() * lanes, 1.0);
    state_.gain = gain_.data();
  }
  const int row = model_.row(lane, node);
  for (const auto& slot : slot_kinds_)
    if (slot.node == row && slot.synapse.group == group)
      gain_[at(static_cast<int>(slot_place_[index(slot.number)]), lane)] = factor;
}

double Block::electrode_current(int lane) const {
  double sum = 0;
  if (state_.drive != nullptr)  // gradients outside only move current from node to node
    for (int i = 0; i < tables().nodes; ++i) sum += injected_[at(i, lane)];
  electrodes_.for_each_current(
      lane, false, [&](int row) { return v_[at(row, lane)]; }, [&](int, double nA) { sum += nA; });
  return sum;
}

}  // namespace cell::engine
