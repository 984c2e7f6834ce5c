// SPDX-License-Identifier: MIT
#include "multirate.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace rxd {

namespace {

/// Points around those whose error is too large that are done again with them.
constexpr std::size_t margin = 4;
/// A part is no larger than this share of what it is a part of.
constexpr double largest_share = 0.5;
/// What a step costs beside its points, in points.
constexpr double overhead = 24;
/// Parts of parts of parts.
constexpr std::size_t most_levels = 6;
/// How far a part, done again, may be from the long step where that was within its tolerance, in
/// tolerances.
constexpr double allowed = 1;
/// Errors of more tolerances than this say that nothing is known of the step.
constexpr double largest_error = 3e4;
/// Steps that are taken as a whole after parts have cost more than that.
constexpr int patience = 8;
/// The shortest step of a part, as a part of the step that it does again.
constexpr double shortest = 1.0 / 512;
/// Local error goes with the fourth power of the step; some distance is kept.
constexpr double caution = 0.9;
/// By how much a step may change; less where parts are done again, whose errors tell less.
constexpr double least_factor = 0.2, largest_factor = 5, largest_with_parts = 1.5;

/// Whether some points of a step are so few that they had better be done again on their own.
bool worthwhile(double some, double all) {
  return some + overhead <= largest_share * (all + overhead);
}

/// By what factor a step had better be longer whose error this is.
double factor_for(double error) {
  return std::clamp(caution * std::pow(error, -0.25), least_factor, largest_factor);
}

/// By what factor the next step had better be longer, so that a unit of time costs least: the step
/// of all points, and the shorter ones of those whose error it makes too large.
double best_factor(const std::vector<double>& errors, double largest) {
  constexpr int bins = 64;  // by powers of two, the last from 2^24
  constexpr int zero = 39;
  std::array<std::size_t, bins> count{};
  for (const double e : errors)
    ++count[static_cast<std::size_t>(std::clamp(std::ilogb(e) + zero, 0, bins - 1))];
  const auto all = static_cast<double>(errors.size());
  const double alone = caution * std::pow(std::max(largest, 1e-9), -0.25);
  const double longest = alone * std::pow(largest_error, 0.25);
  const double bin = std::pow(2, 0.25);
  double best = alone, least = (all + overhead) / alone;
  double factor = caution * std::pow(2, -0.25 * (bins - zero)), again = 2 * margin;
  for (std::size_t b = bins; b-- > 1 && factor < std::min(largest_with_parts, longest);) {
    factor *= bin;  // of a step in which errors of this bin are just tolerated
    again += static_cast<double>(count[b]);
    if (!worthwhile(again, all)) break;
    const double cost = (all + overhead) / factor + (again + overhead) / alone;
    if (factor <= alone || cost >= least) continue;
    least = cost;
    best = factor;
  }
  return std::clamp(best, least_factor, best > alone ? largest_with_parts : largest_factor);
}

}  // namespace

Multirate::Multirate(Balance& whole) {
  levels_.push_back(std::make_unique<Level>());
  levels_[0]->balance = &whole;
}

bool Multirate::advance(double length_ms, double tolerance) {
  tolerance_ = tolerance;
  limit_ = std::numeric_limits<double>::infinity();
  return cover(0, length_ms);
}

double Multirate::spent() const {
  return static_cast<double>(points_) + overhead * static_cast<double>(steps_);
}

bool Multirate::cover(std::size_t depth, double length_ms) {
  Level& level = *levels_[depth];
  if (level.own_step_ms <= 0) level.own_step_ms = length_ms;
  const double least_ms = length_ms * (depth == 0 ? 1e-12 : shortest);
  double left_ms = length_ms;
  while (left_ms > 0) {
    const double parts = std::ceil(left_ms / level.own_step_ms * (1 - 1e-12));
    const double step_ms = left_ms / parts, at_ms = length_ms - left_ms;
    const double error = level.rosenbrock.step(*level.balance, at_ms, step_ms, tolerance_);
    ++steps_;
    points_ += level.balance->points();
    const bool whole = level.wholes > 0 || depth + 1 == most_levels;
    double factor = !std::isfinite(error) ? least_factor
                    : whole               ? factor_for(error)
                                          : best_factor(level.rosenbrock.errors(), error);
    bool done = error <= 1;
    if (!done && !whole && error <= largest_error && choose(depth)) {
      const double off = again(depth, at_ms, step_ms, error) / allowed;
      done = off <= 1;
      factor = std::min(factor, factor_for(off));
    }
    if (!done) {
      level.rosenbrock.undo(*level.balance);
      level.own_step_ms = step_ms * std::min(factor, caution);
      if (level.own_step_ms < least_ms || spent() > limit_) return false;
      continue;
    }
    if (level.wholes > 0) --level.wholes;
    level.own_step_ms =
        parts > 1 || factor < 1 ? step_ms * factor : std::max(level.own_step_ms, step_ms * factor);
    left_ms = parts > 1 ? left_ms - step_ms : 0;
    if (left_ms > 0 && spent() > limit_) return false;
  }
  return true;
}

void Multirate::add_level() {
  auto fresh = std::make_unique<Level>();
  fresh->own = std::make_unique<Balance>(levels_.back()->balance->network);
  fresh->balance = fresh->own.get();
  levels_.push_back(std::move(fresh));
}

/// Chooses for the next level the points whose error is too large and those near them along the
/// tree, ascending. False if they are too many to be worth it.
bool Multirate::choose(std::size_t depth) {
  if (levels_.size() == depth + 1) add_level();
  const auto& errors = levels_[depth]->rosenbrock.errors();
  const auto& parent = levels_[depth]->balance->parent;
  auto& chosen = levels_[depth + 1]->chosen;
  const auto closer = [&](std::size_t to, std::size_t from) {
    distance_[to] = std::min(distance_[to], distance_[from] + 1);
  };
  distance_.assign(errors.size(), errors.size());
  for (std::size_t i = 0; i < errors.size(); ++i)
    if (errors[i] > 1) distance_[i] = 0;
  for (std::size_t i = errors.size(); i-- > 1;) closer(static_cast<std::size_t>(parent[i]), i);
  chosen.clear();
  for (std::size_t i = 0; i < errors.size(); ++i) {
    closer(i, static_cast<std::size_t>(parent[i]));
    if (distance_[i] <= margin) chosen.push_back(i);
  }
  return worthwhile(static_cast<double>(chosen.size()), static_cast<double>(errors.size()));
}

/// Does the chosen points again, and gives how far they then are at most, in tolerances, from where
/// the step was that was too long, as far as its error was within tolerance there. If by more than
/// allowed, the level is as after that step.
double Multirate::again(std::size_t depth, double at_ms, double step_ms, double error) {
  Level& level = *levels_[depth];
  Level& part = *levels_[depth + 1];
  part.own->take(*level.balance, level.rosenbrock.before(), part.chosen, at_ms);
  let_in(level, step_ms, part);
  part.own_step_ms = part.own_step_ms > 0 ? std::min(part.own_step_ms, step_ms / 2) : step_ms / 2;
  const double limit = limit_;
  const double steps = 1 / (caution * std::pow(error, -0.25));  // had all points to take them
  limit_ =
      std::min(limit_, spent() + steps * (static_cast<double>(level.balance->points()) + overhead));
  const bool covered = cover(depth + 1, step_ms);
  limit_ = limit;
  if (!covered) {
    level.wholes = patience;
    return std::numeric_limits<double>::infinity();
  }
  const double off = disagreement(level, part);
  if (!(off <= allowed)) return off;
  for (std::size_t k = 0; k < level.balance->network.variables().size(); ++k) {
    const double* from = part.own->row(part.own->value, k);
    double* to = level.balance->row(level.balance->value, k);
    for (std::size_t i = 0; i < part.chosen.size(); ++i) to[part.chosen[i]] = from[i];
  }
  return off;
}

/// Lets into a part what the last step of its level let through between it and the others: in time
/// a parabola with the same beginning, end and integral.
void Multirate::let_in(const Level& level, double step_ms, Level& part) const {
  const Balance& all = *level.balance;
  const auto inside = [&](std::size_t i) { return distance_[i] <= margin; };
  const auto place = [&](std::size_t i) {
    return static_cast<std::size_t>(std::ranges::lower_bound(part.chosen, i) - part.chosen.begin());
  };
  for (std::size_t i = 1; i < all.points(); ++i) {
    const auto above = static_cast<std::size_t>(all.parent[i]);
    if (inside(i) == inside(above)) continue;
    for (std::size_t k = 0; k < all.network.mobile(); ++k) {
      if (!(all.conductance[k * all.points() + i] > 0)) continue;
      const double begin = all.passing(k, i, level.rosenbrock.before());
      const double end = all.passing(k, i, all.value);
      const double mean = level.rosenbrock.passed(all, k, i) / step_ms;
      const double bulge = 6 * ((begin + end) / 2 - mean);
      const double sign = inside(i) ? 1 : -1;
      part.own->inflows.push_back({place(inside(i) ? i : above), k, sign * begin,
                                   sign * (end - begin - bulge) / step_ms,
                                   sign * bulge / (step_ms * step_ms)});
    }
  }
}

double Multirate::disagreement(const Level& level, const Level& part) const {
  const Balance& all = *level.balance;
  double worst = 0;
  for (std::size_t k = 0; k < all.network.variables().size(); ++k) {
    const double scale = all.network.variables()[k].scale;
    for (std::size_t i = 0; i < part.chosen.size(); ++i) {
      const std::size_t point = part.chosen[i];
      if (level.rosenbrock.errors()[point] > 1) continue;
      const double fine = part.own->value[k * part.chosen.size() + i];
      const double coarse = all.value[k * all.points() + point];
      worst = std::max(worst, std::abs(fine - coarse) / (std::abs(fine) + scale));
    }
  }
  return worst / tolerance_;
}

}  // namespace rxd
