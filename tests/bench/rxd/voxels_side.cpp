// SPDX-License-Identifier: MIT
// What voxels cost, for tests/bench/rxd/run: one case, user CPU time as a line of JSON.
//
//     voxels_side box|cell SIDE STEPS diffusion|bistable
//     voxels_side voxelise VOXELS
//
// box: SIDE^3 voxels. cell: a soma of SIDE voxels across with two dendrites; borders are cut.
#include <sys/resource.h>

#include <cmath>
#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

#include "spaces.hpp"

namespace {

double user_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec) +
         1e-6 * static_cast<double>(usage.ru_utime.tv_usec);
}

std::vector<rxd::Frustum> cell(double radius) {
  return {{{0, 0, 0}, {0, 0, 0}, radius, radius, 0},
          {{0, 0, 0}, {4 * radius, radius, 0}, radius / 4, radius / 8, 1},
          {{0, 0, 0}, {-2 * radius, radius, 2 * radius}, radius / 4, radius / 8, 2}};
}

int solve(const std::vector<std::string>& arguments) {
  const auto side = static_cast<std::uint64_t>(std::stoul(arguments[1]));
  const double begin = user_seconds();
  const auto voxels = arguments[0] == "box"
                          ? rxd::box({0, 0, 0}, {0.5, 0.5, 0.5}, {side, side, side})
                          : rxd::voxelise(cell(0.25 * static_cast<double>(side)), {});
  const std::string initial = "1/(1 + exp(x - 5))";
  const rxd::Network network{arguments[3] == "diffusion" ? test::diffusion(1, initial)
                                                         : test::bistable(1, 0.1, initial)};
  rxd::Space space{network, voxels, {}, test::whole(voxels), test::alone()};
  space.step(0.025, rxd::Scheme::sdirk2);
  const double ready = user_seconds();
  const int steps = std::stoi(arguments[2]);
  for (int i = 0; i < steps; ++i) space.step(0.025, rxd::Scheme::sdirk2);
  const double seconds = user_seconds() - ready;
  std::printf(
      "{\"voxels\": %zu, \"setup_s\": %.4f, \"solve_s\": %.4f, \"voxel_steps_per_s\": %.4g}\n",
      voxels.size(), ready - begin, seconds, static_cast<double>(voxels.size()) * steps / seconds);
  return 0;
}

int voxelise(double wanted) {
  const double radius = std::cbrt(wanted / 4.19) * 0.5;
  const double begin = user_seconds();
  const auto voxels = rxd::voxelise(cell(radius), {});
  std::printf("{\"voxels\": %zu, \"solve_s\": %.4f}\n", voxels.size(), user_seconds() - begin);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() == 4) return solve(arguments);
  if (arguments.size() == 2) return voxelise(std::stod(arguments[1]));
  std::cerr << "voxels_side: see its first lines for what it takes\n";
  return 2;
}
