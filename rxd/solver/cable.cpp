// SPDX-License-Identifier: MIT
#include "cable.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "error.hpp"
#include "flush_to_zero.hpp"
#include "kernels.hpp"

namespace rxd {

namespace {

constexpr int max_iterations = 12;
constexpr int max_halvings = 10;
/// Newton has converged when its correction is below this part of a value (or of its species'
/// scale): the next one, being quadratic, would be near rounding.
constexpr double newton_tolerance = 1e-6;

std::vector<std::ptrdiff_t> parents(const Tree& tree) {
  std::vector<std::ptrdiff_t> all;
  for (const auto& p : tree.points) all.push_back(std::max<std::ptrdiff_t>(p.parent, 0));
  return all;
}

/// A hundred orders of magnitude would overflow; sixteen are enough for a change that is lost in
/// rounding, thirty are certain.
constexpr double bath = 1e30;

}  // namespace

Cable::Cable(const Network& network, std::span<const Segment> segments)
    : Cable{network, segments, centred(build_tree(segments))} {}

Cable::Cable(const Network& network, std::span<const Segment> segments, Tree tree)
    : network_{network}, tree_{std::move(tree)}, balance_{network} {
  Domain domain = lay_out(network, segments, tree_);
  region_size_ = std::move(domain.size);
  balance_.parent = parents(tree_);
  balance_.conductance = std::move(domain.conductance);
  balance_.position = std::move(domain.position);
  for (const auto& variable : network.variables()) {
    const double* sizes = &region_size_[variable.region * points()];
    balance_.size.insert(balance_.size.end(), sizes, sizes + points());
  }
  balance_.driven.resize(network.driven().size() * points());
  set_process_sizes();
  balance_.set_up();
  has_junctions_ =
      std::ranges::any_of(tree_.points, [](const Point& p) { return p.segment == Point::none; });
  set_initial_values(segments);
  hold_boundaries(segments);
  if (network.separate()) separate_.emplace(balance_);
}

void Cable::set_process_sizes() {
  const std::size_t count = points();
  const auto& processes = network_.processes();
  balance_.process_size.assign(processes.size() * count, 0);
  for (std::size_t p = 0; p < processes.size(); ++p)
    for (std::size_t i = 0; i < count; ++i) {
      const bool complete = std::ranges::all_of(processes[p].terms, [&](const Term& t) {
        return balance_.size[t.variable * count + i] > 0;
      });
      balance_.process_size[p * count + i] =
          complete ? region_size_[processes[p].region * count + i] : 0;
    }
}

void Cable::set_initial_values(std::span<const Segment> segments) {
  for (std::size_t i = 0; i < points(); ++i) {
    const Point& point = tree_.points[i];
    const Segment& s =
        segments[point.segment == Point::none ? point.edge.piece[0].segment
                                              : static_cast<std::size_t>(point.segment)];
    const auto initial = [&](Expr e, const std::string& name) {
      const double value = value_at(network_, e, s);
      if (!std::isfinite(value))
        throw Error{"the initial value of '" + name + "' is not finite at (" +
                    std::to_string(s.centre[0]) + ", " + std::to_string(s.centre[1]) + ", " +
                    std::to_string(s.centre[2]) + ") um"};
      return value;
    };
    for (std::size_t k = 0; k < network_.driven().size(); ++k)
      balance_.driven[k * points() + i] =
          initial(network_.driven()[k].initial, network_.driven()[k].name);
    for (std::size_t k = 0; k < network_.variables().size(); ++k)
      balance_.row(balance_.value, k)[i] =
          initial(network_.variables()[k].initial, network_.variables()[k].name);
  }
}

void Cable::hold_boundaries(std::span<const Segment> segments) {
  for (const Hold& hold : network_.holds())
    for (std::size_t s = 0; s < segments.size(); ++s) {
      if (!(size(hold.variable, s) > 0) ||
          !selects(network_, hold.where, hold.condition, segments[s]))
        continue;
      balance_.held.resize(balance_.value.size());
      balance_.held[hold.variable * points() + tree_.point_of[s]] = bath;
      set_value(hold.variable, s, value_at(network_, hold.value, segments[s]));
    }
}

bool Cable::held(std::size_t variable, std::size_t segment) const {
  return !balance_.held.empty() && balance_.held[variable * points() + tree_.point_of[segment]] > 0;
}

void Cable::set_driven(std::size_t parameter, std::size_t segment, double value) {
  double& now = balance_.driven[parameter * points() + tree_.point_of[segment]];
  if (now == value) return;
  now = value;
  factored_for_ = 0;
  if (separate_) separate_->forget();
  disturbed_ = true;
}

double Cable::value(std::size_t variable, std::size_t segment) const {
  return balance_.value[variable * points() + tree_.point_of[segment]];
}

void Cable::set_value(std::size_t variable, std::size_t segment, double value) {
  balance_.value[variable * points() + tree_.point_of[segment]] = value;
  disturbed_ = true;
}

double Cable::size(std::size_t variable, std::size_t segment) const {
  return balance_.size[variable * points() + tree_.point_of[segment]];
}

void Cable::set_source(std::size_t variable, std::size_t segment, double amount_per_ms) {
  double& now = balance_.source[variable * points() + tree_.point_of[segment]];
  disturbed_ = disturbed_ || now != amount_per_ms;
  now = amount_per_ms;
}

double Cable::amount(std::size_t variable) const {
  const double* sizes = &balance_.size[variable * points()];
  double sum = 0;
  for (std::size_t i = 0; i < points(); ++i)
    sum += sizes[i] * balance_.value[variable * points() + i];
  return sum;
}

double Cable::flux_from_parent(std::size_t variable, std::size_t segment) const {
  if (variable >= network_.mobile() || tree_.near[segment] < 0) return 0;
  const std::size_t here = tree_.point_of[segment];
  const auto there = static_cast<std::size_t>(tree_.near[segment]);
  const bool below = tree_.points[here].parent == tree_.near[segment];
  const double g = balance_.conductance[variable * points() + (below ? here : there)];
  const double* v = &balance_.value[variable * points()];
  return g * (v[there] - v[here]);
}

/// Adds Newton's correction; how large it was, in units of its tolerance.
double Cable::update() {
  double largest = 0;
  for (std::size_t k = 0; k < network_.variables().size(); ++k) {
    const double part =
        kernels::add_and_measure(points(), balance_.row(balance_.value, k),
                                 balance_.row(balance_.change, k), network_.variables()[k].scale);
    largest = part <= largest ? largest : part;  // true for NaN, which must not hide
  }
  return largest / newton_tolerance;
}

/// Adds what the stored amounts of a stage contribute to its right side.
void Cable::add_storage(double inverse_step) {
  for (std::size_t k = 0; k < network_.variables().size(); ++k) {
    const double* sizes = &balance_.size[k * points()];
    const std::size_t first = k * points();
    for (std::size_t i = 0; i < points(); ++i)
      balance_.change[first + i] +=
          sizes[i] * (base_[first + i] - balance_.value[first + i]) * inverse_step;
  }
}

bool Cable::solve_stage(double step_ms) {
  const double inverse_step = 1 / step_ms;
  if (network_.linear()) {
    if (factored_for_ != inverse_step) {
      balance_.begin_matrix(inverse_step);
      balance_.evaluate(true);
      balance_.solver.factor();
      factored_for_ = inverse_step;
    } else {
      balance_.evaluate(false);
    }
    add_storage(inverse_step);
    balance_.solver.solve(balance_.change);
    ++iterations_;
    return std::isfinite(update());
  }
  for (int i = 0; i < max_iterations; ++i) {
    balance_.begin_matrix(inverse_step);
    balance_.evaluate(true);
    add_storage(inverse_step);
    balance_.solver.factor();
    balance_.solver.solve(balance_.change);
    ++iterations_;
    const double size = update();
    if (!std::isfinite(size)) return false;
    if (size < 1) return true;
  }
  return false;
}

/// Makes the matrix that a linear network had: its rates must go on to come from the program
/// without slopes, as the two round differently.
void Cable::factor_again() {
  if (factored_for_ == 0) return;
  const FlushToZero small;
  balance_.begin_matrix(factored_for_);
  balance_.evaluate(true);
  balance_.solver.factor();
}

bool Cable::try_step(double dt_ms, Scheme scheme) {
  base_ = balance_.value;
  if (scheme == Scheme::backward_euler) return solve_stage(dt_ms);
  const double gamma = 1 - std::sqrt(0.5);
  before_ = balance_.value;
  if (!solve_stage(gamma * dt_ms)) return false;
  const double ahead = (1 - gamma) / gamma;  // base of stage 2: before + (1 - gamma) dt k1
  for (std::size_t i = 0; i < base_.size(); ++i)
    base_[i] = before_[i] + ahead * (balance_.value[i] - before_[i]);
  return solve_stage(gamma * dt_ms);
}

void Cable::advance(double dt_ms, double tolerance) {
  const FlushToZero small;
  if (separate_ && separate_->exponential(dt_ms)) {
    ++iterations_;
    return;
  }
  if (!multirate_) multirate_ = std::make_unique<Multirate>(balance_);
  factored_for_ = 0;
  if (!multirate_->advance(dt_ms, tolerance))
    fail("no step is short enough for the tolerance", multirate_->estimate());
  iterations_ = multirate_->steps();
}

void Cable::advance_cvode(double dt_ms, double tolerance) {
  const FlushToZero small;
  if (!cvode_) cvode_ = std::make_unique<Cvode>(*this);
  cvode_->advance(dt_ms, tolerance, disturbed_);
  disturbed_ = false;
}

/// No step fails that a shorter one would not.
void Cable::step_separate(double dt_ms, Scheme scheme) {
  const bool euler = scheme == Scheme::backward_euler;
  iterations_ += euler ? 1 : 2;
  if (!(euler ? separate_->euler(dt_ms) : separate_->sdirk2(dt_ms)))
    fail("a step of " + std::to_string(dt_ms) + " ms gives what is no number", balance_.change);
}

void Cable::step(double dt_ms, Scheme scheme) {
  const FlushToZero small;
  if (separate_) return step_separate(dt_ms, scheme);
  const std::vector<double> start = balance_.value;
  if (try_step(dt_ms, scheme)) return;
  for (int halvings = 1; halvings <= max_halvings; ++halvings) {
    balance_.value = start;
    const int parts = 1 << halvings;
    int done = 0;
    while (done < parts && try_step(dt_ms / parts, scheme)) ++done;
    if (done == parts) return;
  }
  fail("a step of " + std::to_string(dt_ms) +
           " ms failed, however finely it was divided: Newton's method does not converge",
       balance_.change);
}

}  // namespace rxd
