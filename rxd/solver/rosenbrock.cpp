// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cmath>

#include "cable.hpp"
#include "flush_to_zero.hpp"
#include "kernels.hpp"

namespace rxd {

namespace {

constexpr std::size_t stages = 6;
constexpr double gamma = 0.25;

/// RODAS4 (Hairer and Wanner 1996, Solving ODEs II, chapter VI.4): six stages, fourth order with an
/// estimate of third, L-stable, stiffly accurate, so that the points without volume hold their
/// balance exactly. Stage i solves (M/(h gamma) - J) K_i = f(y + sum_j a_ij K_j) + M sum_j c_ij/h
/// K_j.
constexpr std::array<std::array<double, stages - 1>, stages> a = {{
    {},
    {1.544000000000000},
    {0.9466785280815826, 0.2557011698983284},
    {3.314825187068521, 2.896124015972201, 0.9986419139977817},
    {1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950},
    {1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950, 1},
}};
constexpr std::array<std::array<double, stages - 1>, stages> c = {{
    {},
    {-5.668800000000000},
    {-2.430093356833875, -0.2063599157091915},
    {-0.1073529058151375, -9.594562251023355, -20.47028614809616},
    {7.496443313967647, -10.24680431464352, -33.99990352819905, 11.70890893206160},
    {8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136,
     -6.058818238834054},
}};

/// Points that are worked on while they are in the nearest cache.
constexpr std::size_t stretch = 512;

}  // namespace

/// The values at which stage s is evaluated: base + sum a_sj K_j.
void Cable::combine(std::size_t s) {
  for (std::size_t first = 0; first < value_.size(); first += stretch) {
    const std::size_t count = std::min(stretch, value_.size() - first);
    std::copy_n(&base_[first], count, &value_[first]);
    for (std::size_t j = 0; j < s; ++j)
      kernels::add_multiple(count, &value_[first], a[s][j], &stage_[j][first]);
  }
}

/// One step, from base_ to value_; gives the estimated error in units of what is tolerated.
double Cable::try_rosenbrock(double dt_ms, double tolerance) {
  begin_matrix(1 / (gamma * dt_ms));
  evaluate(true);
  solver_.factor();
  for (std::size_t s = 0; s < stages; ++s) {
    if (s > 0) {
      combine(s);
      evaluate(false);
    }
    for (std::size_t k = 0; k < network_.variables().size(); ++k) {
      const double* sizes = &domain_.size[network_.variables()[k].region * points()];
      for (std::size_t j = 0; j < s; ++j)
        kernels::add_weighted(points(), row(change_, k), c[s][j] / dt_ms, sizes,
                              &stage_[j][k * points()]);
    }
    solver_.solve(change_);
    std::swap(stage_[s], change_);
  }
  ++iterations_;
  double largest = 0;
  for (std::size_t k = 0; k < network_.variables().size(); ++k) {
    const double scale = network_.variables()[k].scale;
    // value_ is base + sum a_6j K_j: the solution lacks only the last stage. That is zero where a
    // species is absent.
    const double part = kernels::add_and_measure(points(), row(value_, k),
                                                 &stage_[stages - 1][k * points()], scale);
    largest = part <= largest ? largest : part;  // true for NaN, which must not hide
  }
  return largest / tolerance;
}

void Cable::advance(double dt_ms, double tolerance) {
  const FlushToZero small;
  stage_.resize(stages);
  factored_for_ = 0;
  if (own_step_ms_ <= 0) own_step_ms_ = dt_ms;
  double left = dt_ms;
  while (left > 0) {
    const double parts = std::ceil(left / own_step_ms_ * (1 - 1e-12));
    const double step_ms = left / parts;
    base_ = value_;
    const double error = try_rosenbrock(step_ms, tolerance);
    // Local error goes with the fourth power of the step; keep some distance, change by no more
    // than five.
    const double factor =
        std::isfinite(error) ? std::clamp(0.9 * std::pow(error, -0.25), 0.2, 5.0) : 0.2;
    if (!(error <= 1)) {
      own_step_ms_ = step_ms * std::min(factor, 0.9);
      if (own_step_ms_ < 1e-12 * dt_ms)
        fail("no step is short enough for the tolerance", stage_[stages - 1]);
      value_ = base_;
      continue;
    }
    own_step_ms_ =
        parts > 1 || factor < 1 ? step_ms * factor : std::max(own_step_ms_, step_ms * factor);
    left = parts > 1 ? left - step_ms : 0;
  }
}

}  // namespace rxd
