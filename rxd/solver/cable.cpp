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
  for (const auto& p : tree.points) all.push_back(p.parent);
  return all;
}

/// A hundred orders of magnitude would overflow; sixteen are enough for a change that is lost in
/// rounding, thirty are certain.
constexpr double bath = 1e30;

}  // namespace

Cable::Cable(const Network& network, std::span<const Segment> segments)
    : Cable{network, segments, centred(build_tree(segments))} {}

Cable::Cable(const Network& network, std::span<const Segment> segments, Tree tree)
    : network_{network},
      tree_{std::move(tree)},
      domain_{lay_out(network, segments, tree_)},
      solver_{network, parents(tree_), domain_.conductance},
      workspace_{network.program().workspace()},
      rates_workspace_{network.rates().workspace()} {
  const std::size_t n = network.variables().size();
  const std::size_t count = points();
  set_process_sizes();
  flux_.resize(count);
  parent_ = parents(tree_);
  parent_[0] = 0;  // whose conductance is 0: the root takes part in loops without a case of its own
  total_conductance_.assign(n * count, 0);
  for (std::size_t k = 0; k < network.mobile(); ++k)
    for (std::size_t i = 0; i < count; ++i)
      if (tree_.points[i].parent >= 0) {
        total_conductance_[k * count + i] += domain_.conductance[k * count + i];
        total_conductance_[k * count + static_cast<std::size_t>(tree_.points[i].parent)] +=
            domain_.conductance[k * count + i];
      }
  for (auto* values : {&value_, &base_, &before_, &source_, &change_}) values->assign(n * count, 0);
  for (std::size_t k = 0; k < n; ++k) inputs_.push_back(&value_[k * count]);
  for (std::size_t k = 0; k < Network::positions.size(); ++k)
    inputs_.push_back(&domain_.position[k * count]);
  driven_.resize(network.driven().size() * count);
  for (std::size_t k = 0; k < network.driven().size(); ++k) inputs_.push_back(&driven_[k * count]);
  has_junctions_ =
      std::ranges::any_of(tree_.points, [](const Point& p) { return p.segment == Point::none; });
  set_initial_values(segments);
  hold_boundaries(segments);
}

void Cable::set_process_sizes() {
  const std::size_t count = points();
  const auto& processes = network_.processes();
  process_size_.assign(processes.size() * count, 0);
  for (std::size_t p = 0; p < processes.size(); ++p)
    for (std::size_t i = 0; i < count; ++i) {
      const bool complete = std::ranges::all_of(processes[p].terms, [&](const Term& t) {
        return domain_.size[network_.variables()[t.variable].region * count + i] > 0;
      });
      process_size_[p * count + i] = complete ? domain_.size[processes[p].region * count + i] : 0;
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
        throw Error{"the initial value of '" + name + "' is not finite at point " +
                    std::to_string(i)};
      return value;
    };
    for (std::size_t k = 0; k < network_.driven().size(); ++k)
      driven_[k * points() + i] = initial(network_.driven()[k].initial, network_.driven()[k].name);
    for (std::size_t k = 0; k < network_.variables().size(); ++k)
      row(value_, k)[i] = initial(network_.variables()[k].initial, network_.variables()[k].name);
  }
}

void Cable::hold_boundaries(std::span<const Segment> segments) {
  for (const Hold& hold : network_.holds())
    for (std::size_t s = 0; s < segments.size(); ++s) {
      if (!(size(hold.variable, s) > 0) ||
          !selects(network_, hold.where, hold.condition, segments[s]))
        continue;
      held_.resize(value_.size());
      held_[hold.variable * points() + tree_.point_of[s]] = bath;
      set_value(hold.variable, s, value_at(network_, hold.value, segments[s]));
    }
}

bool Cable::held(std::size_t variable, std::size_t segment) const {
  return !held_.empty() && held_[variable * points() + tree_.point_of[segment]] > 0;
}

void Cable::set_driven(std::size_t parameter, std::size_t segment, double value) {
  double& now = driven_[parameter * points() + tree_.point_of[segment]];
  if (now == value) return;
  now = value;
  factored_for_ = 0;
  disturbed_ = true;
}

double Cable::value(std::size_t variable, std::size_t segment) const {
  return value_[variable * points() + tree_.point_of[segment]];
}

void Cable::set_value(std::size_t variable, std::size_t segment, double value) {
  value_[variable * points() + tree_.point_of[segment]] = value;
  disturbed_ = true;
}

double Cable::size(std::size_t variable, std::size_t segment) const {
  return domain_.size[network_.variables()[variable].region * points() + tree_.point_of[segment]];
}

void Cable::set_source(std::size_t variable, std::size_t segment, double amount_per_ms) {
  double& now = source_[variable * points() + tree_.point_of[segment]];
  disturbed_ = disturbed_ || now != amount_per_ms;
  now = amount_per_ms;
}

double Cable::amount(std::size_t variable) const {
  const double* sizes = &domain_.size[network_.variables()[variable].region * points()];
  double sum = 0;
  for (std::size_t i = 0; i < points(); ++i) sum += sizes[i] * value_[variable * points() + i];
  return sum;
}

double Cable::flux_from_parent(std::size_t variable, std::size_t segment) const {
  if (variable >= network_.mobile() || tree_.near[segment] < 0) return 0;
  const std::size_t here = tree_.point_of[segment];
  const auto there = static_cast<std::size_t>(tree_.near[segment]);
  const bool below = tree_.points[here].parent == tree_.near[segment];
  const double g = domain_.conductance[variable * points() + (below ? here : there)];
  const double* v = &value_[variable * points()];
  return g * (v[there] - v[here]);
}

void Cable::begin_matrix(double inverse_step) {
  solver_.clear();
  for (std::size_t k = 0; k < network_.variables().size(); ++k) {
    const double* sizes = &domain_.size[network_.variables()[k].region * points()];
    const double* total = &total_conductance_[k * points()];
    double* diagonal = solver_.entry(k, k);
    for (std::size_t i = 0; i < points(); ++i) {
      const double d = sizes[i] * inverse_step + total[i];
      diagonal[i] = d > 0 ? d : 1;  // where a species is absent, it stays what it is
    }
    if (!held_.empty())
      for (std::size_t i = 0; i < points(); ++i) diagonal[i] += held_[k * points() + i];
  }
}

/// The right side: sources, diffusion and processes at the present values; with slopes, also takes
/// the derivatives of the processes off the matrix.
void Cable::evaluate(bool slopes) {
  const Program& program = slopes ? network_.program() : network_.rates();
  Program::Workspace& workspace = slopes ? workspace_ : rates_workspace_;
  change_ = source_;
  add_diffusion();
  const auto& processes = network_.processes();
  std::array<double, Program::block> scaled;
  for (std::size_t first = 0; first < points(); first += Program::block) {
    const std::size_t count = std::min(Program::block, points() - first);
    program.run(inputs_, first, count, workspace);
    for (std::size_t p = 0; p < processes.size(); ++p) {
      kernels::weigh(count, scaled.data(), &process_size_[p * points() + first],
                     workspace.result(p));
      for (const auto& t : processes[p].terms)
        kernels::add_multiple(count, row(change_, t.variable) + first, t.change, scaled.data());
    }
    if (!slopes) continue;
    for (const auto& s : network_.slopes()) {
      const Process& process = processes[s.process];
      kernels::weigh(count, scaled.data(), &process_size_[s.process * points() + first],
                     workspace.result(s.result));
      for (const auto& t : process.terms)
        kernels::add_multiple(count, solver_.entry(t.variable, s.variable) + first, -t.change,
                              scaled.data());
    }
  }
}

void Cable::add_diffusion() {
  for (std::size_t k = 0; k < network_.mobile(); ++k) {
    double* r = row(change_, k);
    kernels::fluxes(points(), flux_.data(), &domain_.conductance[k * points()],
                    &value_[k * points()], parent_.data());
    for (std::size_t i = 1; i < points(); ++i) {
      r[i] += flux_[i];
      r[static_cast<std::size_t>(parent_[i])] -= flux_[i];
    }
  }
}

/// Adds Newton's correction; how large it was, in units of its tolerance.
double Cable::update() {
  double largest = 0;
  for (std::size_t k = 0; k < network_.variables().size(); ++k) {
    const double part = kernels::add_and_measure(points(), row(value_, k), row(change_, k),
                                                 network_.variables()[k].scale);
    largest = part <= largest ? largest : part;  // true for NaN, which must not hide
  }
  return largest / newton_tolerance;
}

/// Adds what the stored amounts of a stage contribute to its right side.
void Cable::add_storage(double inverse_step) {
  for (std::size_t k = 0; k < network_.variables().size(); ++k) {
    const double* sizes = &domain_.size[network_.variables()[k].region * points()];
    const std::size_t first = k * points();
    for (std::size_t i = 0; i < points(); ++i)
      change_[first + i] += sizes[i] * (base_[first + i] - value_[first + i]) * inverse_step;
  }
}

bool Cable::solve_stage(double step_ms) {
  const double inverse_step = 1 / step_ms;
  if (network_.linear()) {
    if (factored_for_ != inverse_step) {
      begin_matrix(inverse_step);
      evaluate(true);
      solver_.factor();
      factored_for_ = inverse_step;
    } else {
      evaluate(false);
    }
    add_storage(inverse_step);
    solver_.solve(change_);
    ++iterations_;
    return std::isfinite(update());
  }
  for (int i = 0; i < max_iterations; ++i) {
    begin_matrix(inverse_step);
    evaluate(true);
    add_storage(inverse_step);
    solver_.factor();
    solver_.solve(change_);
    ++iterations_;
    const double size = update();
    if (!std::isfinite(size)) return false;
    if (size < 1) return true;
  }
  return false;
}

bool Cable::try_step(double dt_ms, Scheme scheme) {
  base_ = value_;
  if (scheme == Scheme::backward_euler) return solve_stage(dt_ms);
  const double gamma = 1 - std::sqrt(0.5);
  before_ = value_;
  if (!solve_stage(gamma * dt_ms)) return false;
  const double ahead = (1 - gamma) / gamma;  // base of stage 2: before + (1 - gamma) dt k1
  for (std::size_t i = 0; i < base_.size(); ++i)
    base_[i] = before_[i] + ahead * (value_[i] - before_[i]);
  return solve_stage(gamma * dt_ms);
}

void Cable::advance_cvode(double dt_ms, double tolerance) {
  const FlushToZero small;
  if (!cvode_) cvode_ = std::make_unique<Cvode>(*this);
  cvode_->advance(dt_ms, tolerance, disturbed_);
  disturbed_ = false;
}

void Cable::step(double dt_ms, Scheme scheme) {
  const FlushToZero small;
  const std::vector<double> start = value_;
  if (try_step(dt_ms, scheme)) return;
  for (int halvings = 1; halvings <= max_halvings; ++halvings) {
    value_ = start;
    const int parts = 1 << halvings;
    int done = 0;
    while (done < parts && try_step(dt_ms / parts, scheme)) ++done;
    if (done == parts) return;
  }
  fail("a step of " + std::to_string(dt_ms) +
           " ms failed, however finely it was divided: Newton's method does not converge",
       change_);
}

}  // namespace rxd
