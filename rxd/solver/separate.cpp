// SPDX-License-Identifier: MIT
#include "separate.hpp"

#include <algorithm>
#include <cmath>

#include "separate_kernels.hpp"

namespace rxd {

/// The diagonal of size / step - (derivatives of all), in the solver's entries.
void Separate::begin(double step_ms) {
  balance_.begin_matrix(1 / step_ms);
  balance_.evaluate(true);
  storage_.resize(balance_.unknowns());
  for (std::size_t i = 0; i < storage_.size(); ++i) storage_[i] = balance_.size[i] / step_ms;
}

void Separate::factor_real(double step_ms) {
  if (real_for_ms_ == step_ms) return;
  begin(step_ms);
  real_for_ms_ = step_ms;
  poles_for_ms_ = 0;
  const std::size_t points = balance_.points(), variables = balance_.network.variables().size();
  inverse_.resize(balance_.unknowns());
  up_.assign(balance_.unknowns(), 0);
  for (std::size_t k = 0; k < variables; ++k) {
    double* diagonal = balance_.solver.entry(k, k);
    double* inverse = &inverse_[k * points];
    double* up = &up_[k * points];
    for (std::size_t i = points; i-- > 0;) {
      inverse[i] = 1 / diagonal[i];
      if (i == 0 || k >= balance_.network.mobile()) continue;
      const double g = balance_.conductance[k * points + i];
      up[i] = g * inverse[i];
      diagonal[balance_.parent[i]] -= up[i] * g;
    }
  }
}

void Separate::factor_poles(double length_ms) {
  if (poles_for_ms_ == length_ms) return;
  begin(length_ms);
  poles_for_ms_ = length_ms;
  real_for_ms_ = 0;
  const std::size_t points = balance_.points();
  inverse_at_poles_.resize(balance_.unknowns());
  solved_.resize(points);
  grows_ = false;
  for (std::size_t k = 0; k < balance_.network.variables().size(); ++k) {
    const double* diagonal = balance_.solver.entry(k, k);
    const double* stored = &storage_[k * points];
    for (std::size_t i = 0; i < points; ++i) {
      const double without_rates = stored[i] + balance_.total_conductance[k * points + i];
      grows_ = grows_ || diagonal[i] < without_rates * (1 - 1e-12);
    }
    kernels::factor_poles(
        points, diagonal, stored,
        k < balance_.network.mobile() ? &balance_.conductance[k * points] : nullptr,
        balance_.parent.data(), &inverse_at_poles_[k * points]);
  }
}

/// Sources and processes, but not diffusion, at the present values.
void Separate::add_processes() {
  if (balance_.network.processes().empty())
    balance_.change = balance_.source;
  else
    balance_.evaluate_processes();
}

/// One implicit stage: what flows in and reacts, diffusion, and `carry` times the last correction
/// stored; values take the new correction.
bool Separate::sweep(double step_ms, double carry) {
  factor_real(step_ms);
  std::swap(last_, balance_.change);
  last_.resize(balance_.unknowns());
  add_processes();
  const std::size_t points = balance_.points();
  bool finite = true;
  for (std::size_t k = 0; k < balance_.network.variables().size(); ++k) {
    const std::size_t first = k * points;
    double* right = &balance_.change[first];
    if (carry != 0)
      for (std::size_t i = 0; i < points; ++i)
        right[i] += carry * storage_[first + i] * last_[first + i];
    const bool mobile = k < balance_.network.mobile();
    const double sum =
        mobile ? kernels::sweep_tree(points, &balance_.conductance[first], balance_.parent.data(),
                                     &inverse_[first], &up_[first], right, &balance_.value[first])
               : kernels::sweep_points(points, &inverse_[first], right, &balance_.value[first]);
    finite = finite && std::isfinite(sum);
  }
  return finite;
}

bool Separate::euler(double step_ms) { return sweep(step_ms, 0); }

/// The second stage begins at u + (1 - gamma)/gamma d, where d is the correction of the first,
/// and from values u + d.
bool Separate::sdirk2(double step_ms) {
  const double gamma = 1 - std::sqrt(0.5);
  return sweep(gamma * step_ms, 0) && sweep(gamma * step_ms, (1 - 2 * gamma) / gamma);
}

bool Separate::exponential(double length_ms) {
  factor_poles(length_ms);
  if (grows_) return false;
  before_ = balance_.value;
  balance_.evaluate(false);
  const std::size_t points = balance_.points();
  double sum = 0;
  for (std::size_t k = 0; k < balance_.network.variables().size(); ++k)
    sum += kernels::sweep_poles(
        points, k < balance_.network.mobile() ? &balance_.conductance[k * points] : nullptr,
        balance_.parent.data(), &inverse_at_poles_[k * points], &balance_.change[k * points],
        solved_.data(), &balance_.value[k * points]);
  if (std::isfinite(sum)) return true;
  balance_.value = before_;
  return false;
}

}  // namespace rxd
