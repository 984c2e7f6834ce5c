// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <vector>

#include "solver/network.hpp"
#include "voxels/space.hpp"
#include "voxels/voxelise.hpp"

namespace test {

inline rxd::Links& alone() {
  static rxd::Links links;
  return links;
}

/// One species "u" that diffuses in all of the volume.
inline rxd::Model diffusion(double constant, const std::string& initial) {
  rxd::Model m;
  m.regions = {{"cyt"}};
  m.species = {
      {.name = "u", .regions = {"cyt"}, .diffusion = constant, .initial = initial, .scale = 1}};
  return m;
}

/// With a reaction u' = -u (1 - u)(a - u): a wave of speed sqrt(D/2)(1 - 2 a) (refs 07c).
inline rxd::Model bistable(double constant, double a, const std::string& initial) {
  rxd::Model m = diffusion(constant, initial);
  m.parameters = {{"a", std::to_string(a)}};
  m.rates = {{.of = "u", .expression = "-u*(1 - u)*(a - u)"}};
  return m;
}

inline rxd::Slab whole(const rxd::Voxels& voxels) { return {0, voxels.count[2]}; }

/// A ball around the origin.
inline rxd::Frustum ball(double radius) { return {{0, 0, 0}, {0, 0, 0}, radius, radius, 0}; }

inline double sum(const std::vector<double>& values) {
  double total = 0;
  for (const double v : values) total += v;
  return total;
}

}  // namespace test
