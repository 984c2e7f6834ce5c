// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <vector>

#include "tutti/state.hpp"

namespace cell::point {

/// How weights follow from the times of spikes. Weights move between w_min and w_max; u is where
/// between them one is, from 0 to 1.
struct Plasticity {
  enum class Timing {
    pair,     ///< Each spike with all earlier ones of the other side (Song, Miller & Abbott 2000).
    triplet,  ///< And with earlier ones of its own side (Pfister & Gerstner 2006).
    vogels,   ///< Symmetric, towards a rate of the target (Vogels et al. 2011).
  };
  Timing timing = Timing::pair;
  double tau_plus = 20, tau_minus = 20;  ///< Of the traces of sources and targets [ms]
  double A_plus = 0.01, A_minus = 0.01;  ///< Changes of u, of pairs.
  double tau_x = 101, tau_y = 125;       ///< Slow traces of sources and targets (triplet) [ms]
  double A3_plus = 0, A3_minus = 0;      ///< Changes of u, of triplets.
  double rho_per_ms = 0;                 ///< Rate that vogels aims at; A_plus is its learning rate.
  double w_min = 0, w_max = 1;           ///< [the weight's unit] w_max may be below: inhibition.
  /// Up changes count (1 - u)^mu_plus and down changes u^mu_minus: 0 is additive, 1 multiplicative,
  /// in between Guetig, Aharonov, Rotter & Sompolinsky 2003.
  double mu_plus = 0, mu_minus = 0;
  /// With a reward, timing changes an eligibility c, which decays with tau_c, and u follows
  /// u' = c (reward - baseline) per second (Izhikevich 2007).
  bool rewarded = false;
  double tau_c = 1000;  ///< [ms]
  double baseline = 0;
};

/// exp(-steps dt / tau), looked up.
class Decay {
 public:
  Decay() = default;
  Decay(double tau_ms, double dt_ms);
  double operator()(std::uint64_t steps) const {
    return steps < table_.size() ? table_[steps] : beyond(steps);
  }

 private:
  double beyond(std::uint64_t steps) const;
  double per_step_ = 0;
  std::vector<double> table_;
};

/// The reward that the outside gave, constant from one instant to the next.
class Rewards {
 public:
  /// From `instant` on; not before what was set last.
  void set(std::uint64_t instant, double reward);
  /// Integral of (reward - baseline) exp(-(t - from) / tau) over from … to [s]. Nothing is known
  /// to have been set: 0.
  double integral(std::uint64_t from, std::uint64_t to, double tau_ms, double dt_ms,
                  double baseline) const;
  /// Forgets what was before `instant`.
  void forget(std::uint64_t instant);
  void visit(tutti::Fields& fields) { fields(stretches_); }

 private:
  struct Stretch {
    std::uint64_t from;
    double reward;
  };
  std::vector<Stretch> stretches_;
};

}  // namespace cell::point
