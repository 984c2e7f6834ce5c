// SPDX-License-Identifier: MIT
#pragma once
#include <algorithm>
#include <cmath>

#include "engine/population.hpp"
#include "tutti/state.hpp"

namespace cell::engine {

/// The conductance of a synapse as a function of time, in closed form between its events.
class Conductance {
 public:
  explicit Conductance(const Synapse& s)
      : kind_{s.kind},
        tau1_ms_{std::min(s.tau1_ms, 0.9999 * s.tau2_ms)},
        tau2_ms_{s.tau2_ms},
        e_mV_{s.e_mV},
        magnesium_{s.kind == SynapseKind::nmda ? s.magnesium_mM / half_block_mM : 0} {
    if (!rises()) return;
    const double peak = tau1_ms_ * tau2_ms_ / (tau2_ms_ - tau1_ms_) * std::log(tau2_ms_ / tau1_ms_);
    scale_ = 1 / (std::exp(-peak / tau2_ms_) - std::exp(-peak / tau1_ms_));
  }

  /// For checkpoints.
  void visit(tutti::Fields& fields) { fields(rising_), fields(falling_), fields(since_ms_); }

  void clear() { rising_ = falling_ = since_ms_ = 0; }

  /// A weight that arrives; times must not decrease.
  void add(double t_ms, double weight_uS) {
    const double t = t_ms - since_ms_;
    since_ms_ = t_ms;
    if (kind_ == SynapseKind::alpha) {
      falling_ = (falling_ + rising_ * std::exp(1.0) * t / tau2_ms_) * std::exp(-t / tau2_ms_);
      rising_ = rising_ * std::exp(-t / tau2_ms_) + weight_uS;
      return;
    }
    falling_ = falling_ * std::exp(-t / tau2_ms_) + scale_ * weight_uS;
    if (rises()) rising_ = rising_ * std::exp(-t / tau1_ms_) + scale_ * weight_uS;
  }

  /// The line g v - gE that touches the current at a voltage.
  struct Line {
    double g, gE;  // [uS], [nA]
  };
  Line at(double t_ms, double v_mV) const {
    const double g = conductance(t_ms - since_ms_);
    if (magnesium_ <= 0) return {g, g * e_mV_};
    constexpr double per_mV = 0.062;  // Jahr and Stevens 1990
    const double open = 1 / (1 + magnesium_ * std::exp(-per_mV * v_mV)), drive = v_mV - e_mV_;
    const double slope = g * open * (1 + per_mV * (1 - open) * drive);
    return {slope, slope * v_mV - g * open * drive};
  }

 private:
  static constexpr double half_block_mM = 3.57;  // at 0 mV
  bool rises() const { return kind_ == SynapseKind::exp2 || kind_ == SynapseKind::nmda; }
  double conductance(double t) const {
    const double fall = std::exp(-t / tau2_ms_);
    if (kind_ == SynapseKind::alpha)
      return (falling_ + rising_ * std::exp(1.0) * t / tau2_ms_) * fall;
    return falling_ * fall - (rises() ? rising_ * std::exp(-t / tau1_ms_) : 0);
  }

  SynapseKind kind_;
  double tau1_ms_, tau2_ms_, e_mV_, magnesium_;
  double scale_ = 1;                                // of a weight, so that the peak is the weight
  double rising_ = 0, falling_ = 0, since_ms_ = 0;  // [uS], [uS], of the last event
};

}  // namespace cell::engine
