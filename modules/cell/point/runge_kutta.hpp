// SPDX-License-Identifier: MIT
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace cell::point {

/// Advances y' = f(y) from 0 to at most `end` by the fifth-order method of Dormand and Prince
/// (1980), each step such that no component errs by more than `tolerance` times (1 + its size).
/// Ends early within 1e-6 after `stop(y)` begins to hold; returns the time reached. `step` carries
/// the step length over from call to call.
template <std::size_t n, typename F, typename Stop>
double integrate(std::array<double, n>& y, double end, double& step, double tolerance, F&& f,
                 Stop&& stop) {
  using State = std::array<double, n>;
  constexpr double a[6][6] = {
      {1.0 / 5},
      {3.0 / 40, 9.0 / 40},
      {44.0 / 45, -56.0 / 15, 32.0 / 9},
      {19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729},
      {9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656},
      {35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84}};
  constexpr double error[7] = {71.0 / 57600,      0,          -71.0 / 16695, 71.0 / 1920,
                               -17253.0 / 339200, 22.0 / 525, -1.0 / 40};
  constexpr double resolution = 1e-6;
  double t = 0;
  State k[7];
  f(y, k[0]);
  while (t < end) {
    const bool last = step >= end - t;
    const double h = last ? end - t : step;
    State next{};
    for (std::size_t s = 1; s < 7; ++s) {
      for (std::size_t i = 0; i < n; ++i) {
        double sum = 0;
        for (std::size_t j = 0; j < s; ++j) sum += a[s - 1][j] * k[j][i];
        next[i] = y[i] + h * sum;
      }
      f(next, k[s]);
    }
    double worst = 0;
    for (std::size_t i = 0; i < n; ++i) {
      double off = 0;
      for (std::size_t s = 0; s < 7; ++s) off += error[s] * k[s][i];
      worst = std::max(worst, std::abs(h * off) / (1 + std::abs(y[i])));
    }
    const double ratio = worst / tolerance;
    const double factor = ratio > 0 ? std::clamp(0.9 * std::pow(ratio, -0.2), 0.2, 5.0) : 5.0;
    const bool fine = ratio <= 1 || h <= 1e-9 * end;
    if (!last || !fine || factor < 1) step = std::min(h * factor, end);
    if (!fine) continue;
    const bool stops = stop(next);
    if (stops && h > resolution) {  // nearer to where it begins to hold
      step = h / 2;
      continue;
    }
    y = next;
    k[0] = k[6];  // the last stage is the first of the next step
    t = last ? end : t + h;
    if (stops) return t;
  }
  return end;
}

}  // namespace cell::point
