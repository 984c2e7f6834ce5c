// SPDX-License-Identifier: MIT
#include "engine/membrane_rates.hpp"

#include <algorithm>
#include <cmath>

#include "tutti/error.hpp"

namespace cell::engine {
namespace {

/// Short beside every time constant that a step of CVODE resolves, long enough for digits: of a
/// gate of 1,500 ms it shows ten.
constexpr double probe_ms = 1e-3;
constexpr std::size_t low = 1, high = 2;  // the lanes that start apart

std::size_t index(int i) { return static_cast<std::size_t>(i); }

/// 1/tau and the steady state, from where steps from `a` and `b` end.
void relaxation(double a, double b, double a_end, double b_end, double& rate, double& towards) {
  const double kept = std::clamp((b_end - a_end) / (b - a), 1e-15, 1.0);
  rate = -std::log(kept) / probe_ms;
  towards = kept < 1 ? (a_end - kept * a) / (1 - kept) : a;
}

}  // namespace

MembraneRates::MembraneRates(const BlockModel& model, const Kernel& kernel)
    : model_{model}, kernel_{kernel}, calcium_{model.type(0).uses_calcium()} {
  const auto& tables = model.tables();
  const auto size = index(tables.nodes) * lanes;
  for (auto* array : {&v_, &d_, &rhs_, &g_ca_, &gE_ca_, &eca_, &cai_, &i_ca_, &i_ca_sum_, &ena_,
                      &ek_, &nai_, &nao_, &ki_, &ko_})
    *array = AlignedArray{size};
  cai_now_.assign(index(tables.nodes), model.type(0).type().cai);
  for (int m = 0; m < tables.mechanism_count; ++m) {
    const auto& entry = model.entry(index(m));
    if (entry.info.states.size() > 4)
      throw tutti::Error{tutti::Fault::config,
                         "mechanism {} has states that depend on each other, which cvode does not "
                         "integrate here; use backward_euler or crank_nicolson",
                         entry.info.name};
    const auto per_entry = entry.at_rest != nullptr ? 1U : index(entry.states);
    count_ += index(tables.mechanisms[m].count) * per_entry;
    concentration_.resize(count_, entry.at_rest != nullptr ? 1 : 0);
    x_.emplace_back(index(tables.mechanisms[m].count) * index(entry.states) * lanes);
    states_.push_back({x_.back().data()});
    constants_.push_back(model.type(0).constants_for(index(m), probe_ms));
  }
  conductance_.resize(index(tables.nodes));
  inward_.resize(index(tables.nodes));
  towards_.resize(count_);
  rates_.resize(count_);
  block_.v = v_.data(), block_.d = d_.data(), block_.rhs = rhs_.data();
  block_.eca = eca_.data(), block_.cai = cai_.data();
  block_.i_ca = i_ca_.data(), block_.ca = {g_ca_.data(), gE_ca_.data(), i_ca_sum_.data()};
  block_.mechanisms = states_.data();
  block_.ena = ena_.data(), block_.ek = ek_.data();
  for (int node = 0; node < tables.nodes; ++node) {
    std::fill_n(ena_.data() + at(node), lanes, model.type(0).ena(node));
    std::fill_n(ek_.data() + at(node), lanes, model.type(0).ek(node));
  }
  const auto& type = model.type(0).type();
  std::fill_n(nai_.data(), size, type.nai), std::fill_n(nao_.data(), size, type.nao);
  std::fill_n(ki_.data(), size, type.ki), std::fill_n(ko_.data(), size, type.ko);
  block_.nai = nai_.data(), block_.nao = nao_.data();
  block_.ki = ki_.data(), block_.ko = ko_.data();
}

void MembraneRates::set_cai(int node, double cai_mM) {
  const auto k = at(node);
  std::fill_n(cai_.data() + k, lanes, cai_mM);
  std::fill_n(eca_.data() + k, lanes, model_.type(0).nernst(2, cai_mM, model_.type(0).type().cao));
}

void MembraneRates::settle(std::span<double> values) {
  const auto& type = model_.type(0).type();
  const auto& tables = model_.tables();
  for (int node = 0; node < tables.nodes; ++node) {
    std::fill_n(v_.data() + at(node), lanes, type.v_init);
    set_cai(node, type.cai);
  }
  std::size_t next = 0;
  for (int m = 0; m < tables.mechanism_count; ++m) {
    const auto& table = tables.mechanisms[m];
    const auto& entry = model_.entry(index(m));
    if (entry.at_rest != nullptr) {
      for (int k = 0; k < table.count; ++k) {
        values[next] = entry.at_rest(table.parameters + k * table.parameter_count);
        set_cai(table.node[k], values[next++]);
      }
      continue;
    }
    for (int again = 0; again < 3; ++again)
      kernel_.gates(tables, block_, m, model_.settled(index(m)));
    for (int k = 0; k < table.count * entry.states; ++k) values[next++] = x_[index(m)][at(k)];
  }
}

/// Voltages, gates and concentrations where kernels look for them.
void MembraneRates::place(std::span<const double> v, std::span<const double> values) {
  const auto& tables = model_.tables();
  std::size_t next = 0;
  for (int m = 0; m < tables.mechanism_count; ++m) {  // concentrations first: others read them
    const auto& table = tables.mechanisms[m];
    const auto& entry = model_.entry(index(m));
    if (entry.at_rest != nullptr)
      for (int k = 0; k < table.count; ++k)
        cai_now_[index(table.node[k])] = std::max(values[next++], 1e-12);
    else
      for (int k = 0; k < table.count * entry.states; ++k)
        std::fill_n(x_[index(m)].data() + at(k), lanes, values[next++]);
  }
  for (int node = 0; node < tables.nodes; ++node) {
    std::fill_n(v_.data() + at(node), lanes, v[index(node)]);
    if (calcium_) set_cai(node, cai_now_[index(node)]);
    std::fill_n(g_ca_.data() + at(node), lanes, 0.0);
    std::fill_n(gE_ca_.data() + at(node), lanes, 0.0);
  }
}

std::vector<double> MembraneRates::state(int kind, int state,
                                         std::span<const double> values) const {
  std::vector<double> found(conductance_.size(), 0);
  std::size_t next = 0;
  for (int m = 0; m < model_.tables().mechanism_count; ++m) {
    const auto& table = model_.tables().mechanisms[m];
    const bool owns = model_.entry(index(m)).at_rest != nullptr;
    const auto states = owns ? 1 : index(model_.entry(index(m)).states);
    for (int k = 0; k < table.count && table.kind == kind; ++k)
      found[index(table.node[k])] = values[next + index(k) * states + index(state)];
    next += index(table.count) * states;
  }
  return found;
}

std::vector<double> MembraneRates::current(int kind, std::span<const double> v,
                                           std::span<const double> values) {
  place(v, values);
  std::vector<double> found(conductance_.size(), 0);
  for (int m = 0; m < model_.tables().mechanism_count; ++m) {
    const auto& table = model_.tables().mechanisms[m];
    if (table.kind != kind || model_.entry(index(m)).at_rest != nullptr) continue;
    kernel_.currents(model_.tables(), block_, m);
    for (int k = 0; k < table.count; ++k) {
      const auto node = index(table.node[k]), place = at(table.node[k]);
      found[node] += d_[place] * v[node] - rhs_[place];
      d_[place] = rhs_[place] = 0;  // once for each node
    }
  }
  return found;
}

std::vector<double> MembraneRates::carried(Ion ion, std::span<const double> v,
                                           std::span<const double> values) {
  place(v, values);
  AlignedArray g{conductance_.size() * lanes}, gE{conductance_.size() * lanes};
  auto& counted = ion == Ion::na ? block_.na : block_.k;
  counted = {g.data(), gE.data(), nullptr};
  add_currents();
  counted = {};
  std::vector<double> found(conductance_.size());
  for (std::size_t i = 0; i < found.size(); ++i) found[i] = g[i * lanes] * v[i] - gE[i * lanes];
  return found;
}

void MembraneRates::evaluate(std::span<const double> v, std::span<const double> values) {
  const auto& tables = model_.tables();
  place(v, values);
  std::size_t next = 0;
  add_currents();
  if (calcium_)
    for (std::size_t k = 0; k < index(tables.nodes) * lanes; ++k)
      i_ca_[k] = g_ca_[k] * v_[k] - gE_ca_[k];
  for (int m = 0; m < tables.mechanism_count; ++m) {
    const auto first = next;
    const bool owns = model_.entry(index(m)).at_rest != nullptr;
    next += index(tables.mechanisms[m].count) * (owns ? 1 : index(model_.entry(index(m)).states));
    if (!owns) gates(index(m), first);
  }
  next = 0;
  for (int m = 0; m < tables.mechanism_count; ++m) {  // last: it moves what gates read
    const bool owns = model_.entry(index(m)).at_rest != nullptr;
    if (owns) concentrations(index(m), next);
    next += index(tables.mechanisms[m].count) * (owns ? 1 : index(model_.entry(index(m)).states));
  }
}

/// The kernel has one mechanism's currents at a time.
void MembraneRates::add_currents() {
  const auto& tables = model_.tables();
  std::ranges::fill(conductance_, 0.0);
  std::ranges::fill(inward_, 0.0);
  for (int m = 0; m < tables.mechanism_count; ++m) {
    if (model_.entry(index(m)).at_rest != nullptr) continue;
    kernel_.currents(tables, block_, m);
    for (int k = 0; k < tables.mechanisms[m].count; ++k) {
      const int node = tables.mechanisms[m].node[k];
      conductance_[index(node)] += d_[at(node)];
      inward_[index(node)] += rhs_[at(node)];
      d_[at(node)] = rhs_[at(node)] = 0;  // once for each node
    }
  }
}

void MembraneRates::gates(std::size_t mechanism, std::size_t first) {
  const auto count =
      index(model_.tables().mechanisms[mechanism].count * model_.entry(mechanism).states);
  auto& x = x_[mechanism];
  for (std::size_t k = 0; k < count; ++k) x[k * lanes + low] = 0, x[k * lanes + high] = 1;
  kernel_.gates(model_.tables(), block_, static_cast<int>(mechanism), constants_[mechanism].data());
  for (std::size_t k = 0; k < count; ++k)
    relaxation(0, 1, x[k * lanes + low], x[k * lanes + high], rates_[first + k],
               towards_[first + k]);
}

void MembraneRates::concentrations(std::size_t mechanism, std::size_t first) {
  const auto& table = model_.tables().mechanisms[mechanism];
  for (int k = 0; k < table.count; ++k) {
    auto* cai = cai_.data() + at(table.node[k]);
    cai[high] = 2 * cai[low];
  }
  kernel_.gates(model_.tables(), block_, static_cast<int>(mechanism), constants_[mechanism].data());
  for (int k = 0; k < table.count; ++k) {
    const auto* end = cai_.data() + at(table.node[k]);
    const double was = cai_now_[index(table.node[k])];
    relaxation(was, 2 * was, end[low], end[high], rates_[first + index(k)],
               towards_[first + index(k)]);
  }
}

}  // namespace cell::engine
