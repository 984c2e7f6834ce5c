// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstddef>
#include <vector>

#include "balance.hpp"

namespace rxd {

/// One step of RODAS4 (Hairer and Wanner 1996, Solving ODEs II, chapter VI.4): six stages, fourth
/// order with an estimate of third, L-stable, stiffly accurate, so that the points without volume
/// hold their balance exactly.
class Rosenbrock {
 public:
  static constexpr std::size_t stages = 6;

  /// Takes the values of a balance from `at_ms` to `at_ms` + `step_ms`, as its inflows count time.
  /// Gives the largest of errors(), or not a number where the step cannot be taken at all.
  double step(Balance& balance, double at_ms, double step_ms, double tolerance);
  /// Gives a balance the values back that it had before the step.
  void undo(Balance& balance) const { balance.value = base_; }

  /// The estimated error of each point in the last step, in units of what is tolerated: `tolerance`
  /// times a value and its species' scale.
  const std::vector<double>& errors() const { return errors_; }
  /// By how much each unknown may be off, in its own unit [variables][points].
  const std::vector<double>& estimate() const { return stage_[stages - 1]; }
  const std::vector<double>& before() const { return base_; }
  /// What passed in the last step from a point's parent into the point [mM um3]: exactly what the
  /// step took from the one side and gave to the other.
  double passed(const Balance& balance, std::size_t variable, std::size_t point) const;

 private:
  std::vector<double> base_;  // values before the step
  std::array<std::vector<double>, stages> stage_;
  std::vector<double> errors_;
  double step_ms_ = 0;
};

}  // namespace rxd
