// SPDX-License-Identifier: MIT
#include "engine/block.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <tuple>

namespace cell::engine {
namespace {

constexpr double faraday = 96485.33212, gas_constant = 8.314462618;  // [C/mol], [J/mol/K]

double nernst_mV(double inside, double outside, double celsius, int charge) {
  return 1000.0 * gas_constant * (celsius + 273.15) / (charge * faraday) *
         std::log(outside / inside);
}

/// SK's gate: half open at 0.43 uM, slope 4.8 (Köhler et al. 1996).
double sk_gate(double cai_mM) {
  constexpr double least = 1e-7;
  const double c = cai_mM < least ? cai_mM + least : cai_mM;
  return 1.0 / (1.0 + std::pow(0.00043 / c, 4.8));
}

std::vector<double> parameters_of(const MechanismUse& use) {
  for (const auto& info : mechanisms()) {
    if (info.name != use.name) continue;
    std::vector<double> values;
    for (const auto& p : info.parameters) {
      const auto given =
          std::ranges::find(use.parameters, p.name, [](const auto& g) { return g.first; });
      values.push_back(given == use.parameters.end() ? p.fallback : given->second);
    }
    return values;
  }
  throw std::invalid_argument("no mechanism is called " + use.name);
}

}  // namespace

Block::Block(const CellType& type, double dt_ms, Scheme scheme, const Kernels& kernels)
    : type_{&type}, kernels_{&kernels}, scheme_{scheme}, dt_{dt_ms} {
  const auto& cable = type.cable;
  const std::size_t nodes = cable.nodes();
  for (auto* array : {&v_, &diagonal_, &right_, &i_ca_, &cai_, &eca_, &sk_inf_})
    *array = Lanes{nodes};
  conductance_.resize(nodes);
  capacitance_.resize(nodes);
  children_.resize(nodes);
  const double per_step = (scheme == Scheme::crank_nicolson ? 2.0 : 1.0) / dt_ms;
  for (std::size_t n = 0; n < nodes; ++n) {
    if (cable.parent[n] >= 0) {
      conductance_[n] = 1.0 / cable.resistance[n];
      children_[static_cast<std::size_t>(cable.parent[n])].push_back(static_cast<int>(n));
    }
    if (cable.segment[n] < 0) continue;
    const auto s = static_cast<std::size_t>(cable.segment[n]);
    constexpr double to_nF = 1e-5;  // uF/cm2 · um2
    capacitance_[n] = type.cm[s] * cable.segments[s].area * to_nF * per_step;
  }
  arrays_ = {nodes,       v_.data(),   diagonal_.data(), right_.data(), i_ca_.data(),
             cai_.data(), eca_.data(), sk_inf_.data(),   dt_ms};
  add_mechanisms(kernels);
}

void Block::add_mechanisms(const Kernels& kernels) {
  for (const auto& use : type_->mechanisms) {
    Place place;
    for (const int segment : use.segments) {
      place.nodes.push_back(static_cast<int>(node_of(segment)));
      place.area_um2.push_back(type_->cable.segments[static_cast<std::size_t>(segment)].area);
    }
    mechanisms_.push_back(
        kernels.make(use.name, place, parameters_of(use), {type_->celsius, type_->ena, type_->ek}));
  }
}

int Block::add_cell(std::uint32_t number, double threshold_mV, int segment) {
  cells_.push_back({number, threshold_mV, node_of(segment), false});
  return static_cast<int>(cells_.size()) - 1;
}

std::uint32_t Block::add_synapse(int lane, const Synapse& s) {
  const auto node = node_of(s.segment);
  const double tau1 = s.kind == SynapseKind::exp ? 0.0 : std::min(s.tau1_ms, 0.9999 * s.tau2_ms);
  for (std::size_t k = 0; k < points_.size(); ++k) {
    const auto& p = points_[k];
    if (p.node == node && p.lane == lane && p.kind == s.kind && p.tau1 == tau1 &&
        p.tau2 == s.tau2_ms && p.e == s.e_mV)
      return static_cast<std::uint32_t>(k);
  }
  Point p{node, lane, s.kind, tau1, s.tau2_ms, s.e_mV, 0, std::exp(-dt_ / s.tau2_ms), 1, 0, 0};
  if (s.kind == SynapseKind::exp2) {
    p.decay1 = std::exp(-dt_ / tau1);
    const double peak = tau1 * s.tau2_ms / (s.tau2_ms - tau1) * std::log(s.tau2_ms / tau1);
    p.factor = 1.0 / (std::exp(-peak / s.tau2_ms) - std::exp(-peak / tau1));
  }
  points_.push_back(p);
  return static_cast<std::uint32_t>(points_.size() - 1);
}

void Block::add_clamp(int lane, const Clamp& clamp) {
  clamps_.push_back({node_of(clamp.segment), lane, clamp});
}

void Block::initialise() {
  const double eca = nernst_mV(type_->cai, type_->cao, type_->celsius, 2);
  for (std::size_t n = 0; n < v_.size(); ++n) {
    v_[n] = splat(type_->v_init);
    i_ca_[n] = Vec{};
    cai_[n] = splat(type_->cai);
    eca_[n] = splat(eca);
    sk_inf_[n] = splat(sk_gate(type_->cai));
  }
  for (auto& mechanism : mechanisms_) mechanism->initialise(arrays_);
  for (auto& p : points_) p.a = p.b = 0;
  for (auto& cell : cells_) cell.above = type_->v_init > cell.threshold;
  now_ = 0;
}

void Block::deliver(std::uint32_t synapse, std::int64_t step, double weight_uS) {
  const auto ahead = static_cast<std::size_t>(step - now_);
  if (events_.size() <= ahead) events_.resize(ahead + 1);
  events_[ahead].push_back({synapse, weight_uS});
}

/// Weights add up in an order of their own, so that sums do not depend on who delivered first.
void Block::apply_events() {
  if (events_.empty()) return;
  auto& due = events_.front();
  std::ranges::sort(due, [](const Event& a, const Event& b) {
    return std::tie(a.synapse, a.weight) < std::tie(b.synapse, b.weight);
  });
  for (const auto& event : due) {
    auto& p = points_[event.synapse];
    p.b += event.weight * p.factor;
    if (p.kind == SynapseKind::exp2) p.a += event.weight * p.factor;
  }
  events_.pop_front();
}

double Block::clamp_current(const ClampHere& c, double t_ms) const {
  const double begin = c.clamp.delay_ms, end = begin + c.clamp.duration_ms;
  return t_ms >= begin && t_ms < end ? c.clamp.amplitude_nA : 0.0;
}

void Block::add_point_currents(double midpoint_ms) {
  for (const auto& p : points_) {
    const double g = p.b - p.a;
    right_[p.node][p.lane] -= g * (v_[p.node][p.lane] - p.e);
    diagonal_[p.node][p.lane] += g;
  }
  for (const auto& c : clamps_) right_[c.node][c.lane] += clamp_current(c, midpoint_ms);
}

void Block::detect(std::int64_t step, std::vector<Firing>& firings) {
  for (std::size_t lane = 0; lane < cells_.size(); ++lane) {
    auto& cell = cells_[lane];
    const bool above = v_[cell.node][lane] > cell.threshold;
    if (above && !cell.above) firings.push_back({cell.number, step});
    cell.above = above;
  }
}

/// One step as NEURON's fixed step does it: events; currents and conductances at v(t), clamps at
/// t + dt/2; v to t + dt (or through t + dt/2, extrapolated); then gates at the new v.
void Block::advance(std::int64_t first, std::int64_t steps, std::vector<Firing>& firings) {
  for (std::int64_t s = first; s < first + steps; ++s, ++now_) {
    apply_events();
    for (std::size_t n = 0; n < v_.size(); ++n) {
      diagonal_[n] = splat(capacitance_[n]);
      right_[n] = Vec{};
    }
    for (auto& mechanism : mechanisms_) mechanism->currents(arrays_);
    add_point_currents((static_cast<double>(s) + 0.5) * dt_);
    kernels_->solve(arrays_, type_->cable.parent.data(), conductance_.data());
    kernels_->update(arrays_, scheme_ == Scheme::crank_nicolson ? 2.0 : 1.0);
    for (auto& mechanism : mechanisms_) mechanism->advance(arrays_);
    for (auto& p : points_) p.a *= p.decay1, p.b *= p.decay2;
    ++mean_steps_;
    detect(s + 1, firings);
  }
}

void Block::begin_mean() {
  mean_steps_ = 0;
  for (auto& i : i_ca_) i = Vec{};
}

/// What flows in along the cable, and from electrodes, leaves through the membrane.
double Block::membrane_current(std::size_t node, int lane) const {
  double i = 0;
  if (const int p = type_->cable.parent[node]; p >= 0)
    i += conductance_[node] * (v_[static_cast<std::size_t>(p)][lane] - v_[node][lane]);
  for (const int child : children_[node]) {
    const auto c = static_cast<std::size_t>(child);
    i += conductance_[c] * (v_[c][lane] - v_[node][lane]);
  }
  for (const auto& c : clamps_)
    if (c.node == node && c.lane == lane && now_ > 0)
      i += clamp_current(c, (static_cast<double>(now_) - 0.5) * dt_);
  return i;
}

double Block::electrode_current(int lane) const {
  double i = 0;
  for (const auto& c : clamps_)
    if (c.lane == lane && now_ > 0) i += clamp_current(c, (static_cast<double>(now_) - 0.5) * dt_);
  return i;
}

void Block::read(Quantity what, int lane, std::span<double> values) const {
  for (std::size_t s = 0; s < values.size(); ++s) {
    const auto n = node_of(static_cast<int>(s));
    switch (what) {
      case Quantity::v:
        values[s] = v_[n][lane];
        break;
      case Quantity::i_membrane:
        values[s] = membrane_current(n, lane);
        break;
      case Quantity::i_ca:
        values[s] = mean_steps_ > 0 ? i_ca_[n][lane] / static_cast<double>(mean_steps_) : 0.0;
        break;
      case Quantity::cai:
        values[s] = cai_[n][lane];
        break;
    }
  }
}

void Block::set_cai(int lane, int segment, double cai_mM) {
  const auto n = node_of(segment);
  cai_[n][lane] = cai_mM;
  eca_[n][lane] = nernst_mV(cai_mM, type_->cao, type_->celsius, 2);
  sk_inf_[n][lane] = sk_gate(cai_mM);
}

}  // namespace cell::engine
