// SPDX-License-Identifier: MIT
#include "rosenbrock.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels.hpp"

namespace rxd {

namespace {

constexpr std::size_t stages = Rosenbrock::stages;
constexpr double gamma = 0.25;

/// Stage i, at the instant t + instant_i h, solves
///   (M/(h gamma) - J) K_i = f(t + instant_i h, Y_i) + M sum_j c_ij/h K_j + lead_i h df/dt
/// with Y_i = y + sum_j a_ij K_j and the sizes M; the solution is Y_6 + K_6.
using Row = std::array<double, stages - 1>;
constexpr std::array<Row, stages> a = {{
    {},
    {1.544000000000000},
    {0.9466785280815826, 0.2557011698983284},
    {3.314825187068521, 2.896124015972201, 0.9986419139977817},
    {1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950},
    {1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950, 1},
}};
constexpr std::array<Row, stages> c = {{
    {},
    {-5.668800000000000},
    {-2.430093356833875, -0.2063599157091915},
    {-0.1073529058151375, -9.594562251023355, -20.47028614809616},
    {7.496443313967647, -10.24680431464352, -33.99990352819905, 11.70890893206160},
    {8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136,
     -6.058818238834054},
}};
constexpr std::array<double, stages> instant = {0, 0.386, 0.21, 0.63, 1, 1};
constexpr std::array<double, stages> lead = {
    0.25, -0.1043000000000000, 0.1035000000000000, -0.03620000000000023, 0, 0};

}  // namespace

double Rosenbrock::step(Balance& balance, double at_ms, double step_ms, double tolerance) {
  const std::size_t points = balance.points();
  step_ms_ = step_ms;
  base_ = balance.value;
  for (auto& k : stage_) k.resize(base_.size());
  std::array<const double*, stages> done{};
  for (std::size_t s = 0; s < stages; ++s) {
    const double now_ms = at_ms + instant[s] * step_ms;
    if (s == 0) {
      balance.begin_matrix(1 / (gamma * step_ms));
      balance.evaluate(true, now_ms);
      balance.solver.factor();
    } else {
      Row over_step = c[s];
      for (double& value : over_step) value /= step_ms;
      // The stage's own vector takes what is stored, until the stage itself is known.
      kernels::combine(base_.size(), s, done.data(), a[s].data(), over_step.data(), base_.data(),
                       balance.size.data(), balance.value.data(), stage_[s].data());
      balance.evaluate(false, now_ms);
      kernels::add_multiple(base_.size(), balance.change.data(), 1, stage_[s].data());
    }
    for (const Inflow& inflow : balance.inflows)
      balance.change[inflow.variable * points + inflow.point] +=
          lead[s] * step_ms * (inflow.linear + 2 * at_ms * inflow.quadratic);
    balance.solver.solve(balance.change);
    std::swap(stage_[s], balance.change);
    done[s] = stage_[s].data();
  }
  errors_.assign(points, 0);
  bool finite = true;
  for (std::size_t k = 0; k < balance.network.variables().size(); ++k)
    finite = kernels::add_and_compare(
                 points, balance.row(balance.value, k), done[stages - 1] + k * points,
                 balance.network.variables()[k].scale, 1 / tolerance, errors_.data()) &&
             finite;
  return finite ? *std::ranges::max_element(errors_) : std::numeric_limits<double>::quiet_NaN();
}

/// Diffusion is linear, so what passes obeys the equations of the stages, with its own K_i.
double Rosenbrock::passed(const Balance& balance, std::size_t variable, std::size_t point) const {
  std::array<double, stages> flow{}, amount{};  // of K_i, and what it stands for
  double total = 0;
  for (std::size_t s = 0; s < stages; ++s) {
    flow[s] = balance.passing(variable, point, stage_[s]);
    double now = balance.passing(variable, point, base_);
    double stored = 0;
    for (std::size_t j = 0; j < s; ++j) {
      now += a[s][j] * flow[j];
      stored += c[s][j] * amount[j];
    }
    amount[s] = gamma * (step_ms_ * (flow[s] + now) + stored);
  }
  for (std::size_t j = 0; j < stages; ++j)
    total += (j + 1 < stages ? a[stages - 1][j] : 1) * amount[j];
  return total;
}

}  // namespace rxd
