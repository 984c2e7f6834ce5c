// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "solver/error.hpp"
#include "solver/flush_to_zero.hpp"
#include "solver/kernels.hpp"
#include "voxels/space.hpp"

namespace rxd {

namespace {

constexpr std::size_t lanes = Octet::lanes;

/// ROS2 (Verwer, Spee, Blom and Hundsdorfer 1999): of second order whatever the factors are, and
/// with this gamma stable for factors along three axes (Hundsdorfer and Verwer 2003, IV.5).
constexpr double gamma = 0.78867513459481288;  // 1/2 + sqrt(3)/6

/// A step keeps its length unless it could be this much longer, as new factors cost a step or two.
constexpr double worth_it = 1.3;

}  // namespace

/// One step from base_ to value_; gives the estimated error in units of what is tolerated.
double Space::try_step(double dt_ms, double tolerance) {
  const std::size_t n = network_.variables().size();
  base_ = value_;
  stage(dt_ms, gamma * dt_ms, false, nullptr);
  first_stage_ = change_;
  const std::size_t begin = lattice_.first * lanes;
  const std::size_t count = (lattice_.last - lattice_.first) * lanes;
  for (std::size_t k = 0; k < n; ++k)
    kernels::add_multiple(count, &value_[k][0].lane[0] + begin, 1, &change_[k][0].lane[0] + begin);
  stage(dt_ms, gamma * dt_ms, false, &first_stage_);
  double largest = 0;
  for (std::size_t k = 0; k < n; ++k) {
    // values are base + k1: what is missing to base + 3/2 k1 + 1/2 k2 is also the difference to the
    // solution of first order.
    double* error = &change_[k][0].lane[0] + begin;
    const double* first = &first_stage_[k][0].lane[0] + begin;
    for (std::size_t i = 0; i < count; ++i) error[i] = 0.5 * (error[i] + first[i]);
    const double part = kernels::add_and_measure(count, &value_[k][0].lane[0] + begin, error,
                                                 network_.variables()[k].scale);
    largest = part <= largest ? largest : part;  // true for NaN, which must not hide
  }
  if (!std::isfinite(largest)) largest = std::numeric_limits<double>::max();
  return links_.largest(largest) / tolerance;
}

void Space::advance(double dt_ms, double tolerance) {
  const FlushToZero small;
  if (own_step_ms_ <= 0) own_step_ms_ = dt_ms;
  double left = dt_ms;
  while (left > 0) {
    const double parts = std::ceil(left / own_step_ms_ * (1 - 1e-12));
    const double step_ms = left / parts;
    const double error = try_step(step_ms, tolerance);
    const double factor = std::clamp(0.9 / std::sqrt(error), 0.2, 5.0);
    if (!(error <= 1)) {
      value_ = base_;
      own_step_ms_ = step_ms * std::min(factor, 0.9);
      if (own_step_ms_ < 1e-12 * dt_ms) fail("no step is short enough for the tolerance");
      continue;
    }
    if (factor > worth_it || factor < 1)
      own_step_ms_ =
          parts > 1 || factor < 1 ? step_ms * factor : std::max(own_step_ms_, step_ms * factor);
    left = parts > 1 ? left - step_ms : 0;
  }
}

void Space::fail(const std::string& what) const {
  std::size_t variable = 0, voxel = 0;
  double worst = -1;
  for (std::size_t k = 0; k < network_.variables().size(); ++k)
    for (std::size_t v = 0; v < voxels(); ++v) {
      double error =
          std::abs(at(change_[k], v)) / (std::abs(value(k, v)) + network_.variables()[k].scale);
      if (!std::isfinite(error)) error = std::numeric_limits<double>::infinity();
      if (error <= worst) continue;
      worst = error;
      variable = k;
      voxel = v;
    }
  throw StepFailure{what + "; it is worst for '" + network_.variables()[variable].name + "' (now " +
                        std::to_string(value(variable, voxel)) +
                        "): look for rates of it that have no bound, jump, or divide by 0",
                    voxel};
}

std::optional<Negative> Space::negative() {
  constexpr double allowed = 0.01;  // of the scale
  std::optional<Negative> worst;
  double lowest = -allowed;
  for (std::size_t k = 0; k < network_.variables().size(); ++k) {
    const Variable& variable = network_.variables()[k];
    if (network_.model().species[variable.species].signed_value) continue;
    const double* values = &value_[k][0].lane[0];
    const double limit = -allowed * variable.scale;
    if (std::none_of(values, values + value_[k].size() * lanes,
                     [&](double x) { return x < limit; }))
      continue;  // as nearly always, and much faster than by voxel
    for (std::size_t v = 0; v < voxels(); ++v)
      if (size(k, v) > 0 && value(k, v) / variable.scale < lowest) {
        lowest = value(k, v) / variable.scale;
        worst = Negative{k, v, value(k, v), "diffusion"};
      }
  }
  if (!worst) return worst;
  Program::Workspace workspace = network_.rates().workspace();
  const std::size_t slot = lattice_.slot[worst->segment];
  network_.rates().run(inputs_, slot, 1, workspace);
  double most = 0;
  const auto consider = [&](double change, const std::string& cause) {
    if (change >= most) return;
    most = change;
    worst->cause = cause;
  };
  if (!source_[worst->variable].empty())
    consider(at(source_[worst->variable], worst->segment), "the source");
  for (std::size_t p = 0; p < network_.processes().size(); ++p)
    for (std::size_t t = 0; t < network_.processes()[p].terms.size(); ++t) {
      const Term& term = network_.processes()[p].terms[t];
      if (term.variable != worst->variable) continue;
      const Field& weight = weight_[p][t];
      consider(
          term.change * workspace.result(p)[0] * (weight.empty() ? 1 : at(weight, worst->segment)),
          network_.processes()[p].name);
    }
  return worst;
}

std::vector<double> Space::jacobian(std::size_t voxel) {
  const std::size_t n = network_.variables().size();
  std::vector<double> matrix(n * n);
  Program::Workspace workspace = network_.program().workspace();
  network_.program().run(inputs_, lattice_.slot[voxel], 1, workspace);
  for (const Slope& slope : network_.slopes())
    for (std::size_t t = 0; t < network_.processes()[slope.process].terms.size(); ++t) {
      const Term& term = network_.processes()[slope.process].terms[t];
      const Field& weight = weight_[slope.process][t];
      matrix[term.variable * n + slope.variable] += term.change *
                                                    workspace.result(slope.result)[0] *
                                                    (weight.empty() ? 1 : at(weight, voxel));
    }
  for (std::size_t k = 0; k < network_.mobile(); ++k)
    matrix[k * n + k] -= diffusers_[diffuser_of_[k]]->decay(lattice_.slot[voxel]);
  return matrix;
}

}  // namespace rxd
