// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstddef>
#include <vector>

#include "balance.hpp"

namespace rxd {

/// Steps of networks in which each concentration obeys a linear equation of its own, such as plain
/// diffusion with sources and decay (Network::separate). Matrices are then numbers instead of
/// blocks and stay what they are, so that a step is one sweep up the tree and one down.
class Separate {
 public:
  explicit Separate(Balance& balance) : balance_{balance} {}

  /// Backward Euler. Like the others: false where the result is not finite.
  bool euler(double step_ms);
  /// SDIRK2, as Scheme::sdirk2.
  bool sdirk2(double step_ms);

  /// Exact but for rounding, whatever the length, as long as sources stay what they are: the
  /// exponential of the whole system, as the rational function with eight pairs of poles that is
  /// nearest to it on the negative axis (Trefethen, Weideman and Schmelzer 2006, BIT 46). What it
  /// gives is u + T phi_1(T A) f(u), so that matter is conserved and a state of rest stays one.
  /// False as well, with nothing changed, where rates make something grow.
  bool exponential(double length_ms);

  /// To be called when rates, but not only sources or values, have changed.
  void forget() { real_for_ms_ = poles_for_ms_ = 0; }

  static constexpr std::size_t poles = 8;
  /// A complex number for each pole.
  struct alignas(64) Lanes {
    std::array<double, poles> re, im;
  };

 private:
  void begin(double step_ms);
  void factor_real(double step_ms);
  void factor_poles(double length_ms);
  void add_processes();
  bool sweep(double step_ms, double carry);

  Balance& balance_;
  double real_for_ms_ = 0, poles_for_ms_ = 0;     // steps of the matrices; 0: none
  std::vector<double> inverse_, up_;              // [variables][points], of backward Euler
  std::vector<double> storage_, last_;            // size / step; the last correction; likewise
  bool grows_ = false;                            // some rate does, found with the poles
  std::vector<Lanes> inverse_at_poles_, solved_;  // [variables][points]; [points] of one variable
  std::vector<double> before_;
};

}  // namespace rxd
