// SPDX-License-Identifier: MIT
#include "cable.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "error.hpp"

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

bool covers(const Region& region, const Segment& segment) {
  return region.types.empty() ||
         std::ranges::find(region.types, segment.type) != region.types.end();
}

double size_of(const Region& region, const Segment& s) {
  if (!covers(region, s)) return 0;
  switch (region.geometry) {
    case Region::Geometry::volume:
      return region.scale * s.volume;
    case Region::Geometry::membrane:
      return region.scale * s.area;
    case Region::Geometry::scalable_border:
      return region.scale * s.length * (s.d0 + s.d1) / 2;
  }
  return 0;
}

/// Conductances of each point to its parent [um3/ms], by mobile variable.
std::vector<double> conductances(const Network& network, std::span<const Segment> segments,
                                 const Tree& tree) {
  std::vector<double> all(network.mobile() * tree.points.size());
  for (std::size_t k = 0; k < network.mobile(); ++k) {
    const Variable& v = network.variables()[k];
    const Region& region = network.model().regions[v.region];
    for (std::size_t i = 0; i < tree.points.size(); ++i) {
      const Edge& edge = tree.points[i].edge;
      double resistance = 0;
      bool open = edge.pieces > 0;
      for (std::size_t piece = 0; piece < edge.pieces; ++piece) {
        open = open && covers(region, segments[edge.piece[piece].segment]);
        resistance += edge.piece[piece].resistance / region.scale;
      }
      all[k * tree.points.size() + i] = open ? v.diffusion / resistance : 0;
    }
  }
  return all;
}

}  // namespace

Cable::Cable(const Network& network, std::span<const Segment> segments)
    : Cable{network, segments, build_tree(segments)} {}

Cable::Cable(const Network& network, std::span<const Segment> segments, Tree tree)
    : network_{network},
      tree_{std::move(tree)},
      conductance_{conductances(network, segments, tree_)},
      solver_{network, parents(tree_), conductance_},
      workspace_{network.program().workspace()},
      rates_workspace_{network.rates().workspace()} {
  const std::size_t n = network.variables().size();
  const std::size_t count = points();
  set_sizes(segments);
  total_conductance_.assign(n * count, 0);
  for (std::size_t k = 0; k < network.mobile(); ++k)
    for (std::size_t i = 0; i < count; ++i)
      if (tree_.points[i].parent >= 0) {
        total_conductance_[k * count + i] += conductance_[k * count + i];
        total_conductance_[k * count + static_cast<std::size_t>(tree_.points[i].parent)] +=
            conductance_[k * count + i];
      }
  for (auto* values : {&value_, &base_, &before_, &source_, &change_}) values->assign(n * count, 0);
  for (std::size_t k = 0; k < n; ++k) inputs_.push_back(&value_[k * count]);
  for (std::size_t k = 0; k < Network::positions.size(); ++k)
    inputs_.push_back(&position_[k * count]);
  set_initial_values();
}

void Cable::set_sizes(std::span<const Segment> segments) {
  const std::size_t count = points();
  const auto& regions = network_.model().regions;
  region_size_.assign(regions.size() * count, 0);
  position_.assign(Network::positions.size() * count, 0);
  for (std::size_t i = 0; i < count; ++i) {
    const Point& point = tree_.points[i];
    const bool branch = point.segment == Point::none;
    const Segment& s =
        segments[branch ? point.edge.piece[0].segment : static_cast<std::size_t>(point.segment)];
    const std::array<double, 5> here = {s.centre[0], s.centre[1], s.centre[2], (s.d0 + s.d1) / 2,
                                        s.length};
    for (std::size_t k = 0; k < here.size(); ++k) position_[k * count + i] = here[k];
    if (branch) continue;
    for (std::size_t r = 0; r < regions.size(); ++r)
      region_size_[r * count + i] = size_of(regions[r], s);
  }
  const auto& processes = network_.processes();
  process_size_.assign(processes.size() * count, 0);
  for (std::size_t p = 0; p < processes.size(); ++p)
    for (std::size_t i = 0; i < count; ++i) {
      const bool complete = std::ranges::all_of(processes[p].terms, [&](const Term& t) {
        return region_size_[network_.variables()[t.variable].region * count + i] > 0;
      });
      process_size_[p * count + i] = complete ? region_size_[processes[p].region * count + i] : 0;
    }
}

void Cable::set_initial_values() {
  const std::size_t n = network_.variables().size();
  std::vector<double> at(n + Network::positions.size());
  for (std::size_t i = 0; i < points(); ++i) {
    for (std::size_t k = 0; k < Network::positions.size(); ++k)
      at[n + k] = position_[k * points() + i];
    for (std::size_t k = 0; k < n; ++k) {
      const Variable& v = network_.variables()[k];
      const double value = network_.pool().evaluate(v.initial, at);
      if (!std::isfinite(value))
        throw Error{"the initial value of '" + v.name + "' is not finite at point " +
                    std::to_string(i)};
      row(value_, k)[i] = value;
    }
  }
}

double Cable::value(std::size_t variable, std::size_t segment) const {
  return value_[variable * points() + tree_.point_of[segment]];
}

void Cable::set_value(std::size_t variable, std::size_t segment, double value) {
  value_[variable * points() + tree_.point_of[segment]] = value;
}

double Cable::size(std::size_t variable, std::size_t segment) const {
  return region_size_[network_.variables()[variable].region * points() + tree_.point_of[segment]];
}

void Cable::set_source(std::size_t variable, std::size_t segment, double amount_per_ms) {
  source_[variable * points() + tree_.point_of[segment]] = amount_per_ms;
}

double Cable::amount(std::size_t variable) const {
  const double* sizes = &region_size_[network_.variables()[variable].region * points()];
  double sum = 0;
  for (std::size_t i = 0; i < points(); ++i) sum += sizes[i] * value_[variable * points() + i];
  return sum;
}

double Cable::flux_from_parent(std::size_t variable, std::size_t segment) const {
  const std::size_t i = tree_.point_of[segment];
  if (variable >= network_.mobile() || tree_.points[i].parent < 0) return 0;
  const double* v = &value_[variable * points()];
  return conductance_[variable * points() + i] * (v[tree_.points[i].parent] - v[i]);
}

void Cable::begin_matrix(double inverse_step) {
  solver_.clear();
  for (std::size_t k = 0; k < network_.variables().size(); ++k) {
    const double* sizes = &region_size_[network_.variables()[k].region * points()];
    const double* total = &total_conductance_[k * points()];
    double* diagonal = solver_.entry(k, k);
    for (std::size_t i = 0; i < points(); ++i) {
      const double d = sizes[i] * inverse_step + total[i];
      diagonal[i] = d > 0 ? d : 1;  // where a species is absent, it stays what it is
    }
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
  const auto scale = [&](const double* rate, const double* sizes, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) scaled[i] = sizes[i] > 0 ? sizes[i] * rate[i] : 0;
  };
  const auto add = [&](double* to, double factor, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) to[i] += factor * scaled[i];
  };
  for (std::size_t first = 0; first < points(); first += Program::block) {
    const std::size_t count = std::min(Program::block, points() - first);
    program.run(inputs_, first, count, workspace);
    for (std::size_t p = 0; p < processes.size(); ++p) {
      scale(workspace.result(p), &process_size_[p * points() + first], count);
      for (const auto& t : processes[p].terms)
        add(row(change_, t.variable) + first, t.change, count);
    }
    if (!slopes) continue;
    for (const auto& s : network_.slopes()) {
      const Process& process = processes[s.process];
      scale(workspace.result(s.result), &process_size_[s.process * points() + first], count);
      for (const auto& t : process.terms)
        add(solver_.entry(t.variable, s.variable) + first, -t.change, count);
    }
  }
}

void Cable::add_diffusion() {
  for (std::size_t k = 0; k < network_.mobile(); ++k) {
    const double* g = &conductance_[k * points()];
    const double* v = &value_[k * points()];
    double* r = row(change_, k);
    for (std::size_t i = 1; i < points(); ++i) {
      const auto p = static_cast<std::size_t>(tree_.points[i].parent);
      const double flux = g[i] * (v[p] - v[i]);
      r[i] += flux;
      r[p] -= flux;
    }
  }
}

/// Adds Newton's correction; how large it was, in units of its tolerance.
double Cable::update() {
  double largest = 0;
  for (std::size_t k = 0; k < network_.variables().size(); ++k) {
    const double scale = network_.variables()[k].scale;
    double* v = row(value_, k);
    const double* d = row(change_, k);
    for (std::size_t i = 0; i < points(); ++i) {
      v[i] += d[i];
      const double part = std::abs(d[i]) / (std::abs(v[i]) + scale);
      largest = part <= largest ? largest : part;  // true for NaN, which must not hide
    }
  }
  return largest / newton_tolerance;
}

/// Adds what the stored amounts of a stage contribute to its right side.
void Cable::add_storage(double inverse_step) {
  for (std::size_t k = 0; k < network_.variables().size(); ++k) {
    const double* sizes = &region_size_[network_.variables()[k].region * points()];
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

void Cable::step(double dt_ms, Scheme scheme) {
  const std::vector<double> start = value_;
  if (try_step(dt_ms, scheme)) return;
  for (int halvings = 1; halvings <= max_halvings; ++halvings) {
    value_ = start;
    const int parts = 1 << halvings;
    int done = 0;
    while (done < parts && try_step(dt_ms / parts, scheme)) ++done;
    if (done == parts) return;
  }
  fail(dt_ms);
}

void Cable::fail(double dt_ms) const {
  std::string worst = "?";
  for (std::size_t k = 0; k < network_.variables().size(); ++k)
    for (std::size_t s = 0; s < segments(); ++s)
      if (worst == "?" && !std::isfinite(value(k, s)))
        worst = "'" + network_.variables()[k].name + "' at segment " + std::to_string(s);
  throw Error{"a step of " + std::to_string(dt_ms) + " ms failed, however finely it was divided: " +
              (worst == "?" ? "Newton's method does not converge" : worst + " is not finite") +
              "; look at the rates, or take a smaller step"};
}

}  // namespace rxd
