// SPDX-License-Identifier: MIT
#pragma once
#include <span>
#include <vector>

#include "engine/aligned.hpp"
#include "engine/block_model.hpp"
#include "engine/kernel.hpp"

namespace cell::engine {

/// What a cell's membrane does at one instant: currents, and how fast gates and concentrations
/// change. Mechanisms only say where a step of any length leads; how fast follows from that, as
/// every one of them relaxes exponentially at fixed voltage: two lanes that start apart end apart
/// by e^(-h/tau).
class MembraneRates {
 public:
  /// Throws tutti::Error for a mechanism whose gates depend on each other.
  MembraneRates(const BlockModel& model, const Kernel& kernel);

  /// Gates and concentrations, in the order in which their values stand.
  std::size_t count() const { return count_; }
  bool is_concentration(std::size_t k) const { return concentration_[k] != 0; }
  /// Steady state at v_init.
  void settle(std::span<double> values);
  /// At voltages by node and values; afterwards the following hold.
  void evaluate(std::span<const double> v, std::span<const double> values);

  double conductance(int node) const {  ///< [uS]
    return conductance_[static_cast<std::size_t>(node)];
  }
  double inward(int node) const {  ///< At v = 0. [nA]
    return inward_[static_cast<std::size_t>(node)];
  }
  double i_ca(int node) const { return calcium_ ? i_ca_[at(node)] : 0; }  ///< [nA]
  double cai(int node) const { return calcium_ ? cai_now_[static_cast<std::size_t>(node)] : 0; }
  /// At voltages by node and values: a state of mechanism `kind`, its current [nA] and what an ion
  /// carries [nA], by node; 0 where there is none.
  std::vector<double> state(int kind, int state, std::span<const double> values) const;
  std::vector<double> current(int kind, std::span<const double> v, std::span<const double> values);
  std::vector<double> carried(Ion ion, std::span<const double> v, std::span<const double> values);
  std::span<const double> towards() const { return towards_; }  ///< Steady states.
  std::span<const double> rates() const { return rates_; }      ///< 1/tau [1/ms]

 private:
  static std::size_t at(int node) { return static_cast<std::size_t>(node) * lanes; }
  void place(std::span<const double> v, std::span<const double> values);
  void set_cai(int node, double cai_mM);
  void add_currents();
  void gates(std::size_t mechanism, std::size_t first);
  void concentrations(std::size_t mechanism, std::size_t first);

  const BlockModel& model_;
  const Kernel& kernel_;
  bool calcium_;
  std::size_t count_ = 0;
  std::vector<char> concentration_;
  std::vector<std::vector<double>> constants_;  // of a short step, by mechanism
  AlignedArray v_, d_, rhs_, g_ca_, gE_ca_, eca_, cai_, i_ca_, i_ca_sum_, ena_, ek_, nai_, nao_,
      ki_, ko_;
  std::vector<AlignedArray> x_;
  std::vector<MechanismState> states_;
  std::vector<double> conductance_, inward_;  // by node
  std::vector<double> cai_now_, towards_, rates_;
  BlockState block_;
};

}  // namespace cell::engine
