// SPDX-License-Identifier: MIT
#include "forward/medium.hpp"

#include <cmath>

#include "forward/require.hpp"

namespace lfp {

namespace {
// The strength of the image behind a boundary.
double reflection(double inside, double outside) { return (inside - outside) / (inside + outside); }
}  // namespace

void Medium::check() const {
  const auto& c = conductivity;
  require(c.x > 0 && c.y > 0 && c.z > 0,
          "the tissue's conductivity must be positive, not ({}, {}, {}) S/m", c.x, c.y, c.z);
  if (!slice) return;
  require(c.x == c.y && c.y == c.z,
          "layers need isotropic tissue, not conductivities ({}, {}, {}) S/m", c.x, c.y, c.z);
  require(slice->top > slice->bottom, "the slice's top ({} um) must be above its bottom ({} um)",
          slice->top, slice->bottom);
  require(slice->conductivity_below >= 0 && slice->conductivity_above >= 0,
          "conductivities around the slice cannot be negative: {} and {} S/m",
          slice->conductivity_below, slice->conductivity_above);
  const double loop =
      reflection(c.x, slice->conductivity_below) * reflection(c.x, slice->conductivity_above);
  require(std::abs(loop) < 0.99,
          "the layers around the tissue reflect {:.3f} of a current from side to side: no series "
          "of images gives that potential; one side must conduct ({} S/m below, {} S/m above)",
          loop, slice->conductivity_below, slice->conductivity_above);
}

std::vector<Image> images(const Medium& medium) {
  std::vector<Image> result{{1, 1, 0}};
  if (!medium.slice) return result;
  const auto& s = *medium.slice;
  const double below = reflection(medium.conductivity.x, s.conductivity_below);
  const double above = reflection(medium.conductivity.x, s.conductivity_above);
  const double period = 2 * (s.top - s.bottom);
  const auto add = [&](double weight, double flip, double shift) {
    if (weight != 0) result.push_back({weight, flip, shift});
  };
  double round = 1;  // what is left of a current after n reflections at both sides
  for (int n = 0; std::abs(round) > 1e-13; ++n, round *= below * above) {
    const double far = n * period;
    if (n > 0) {
      add(round, 1, far);
      add(round, 1, -far);
    }
    add(round * below, -1, 2 * s.bottom - far);
    add(round * above, -1, 2 * s.top + far);
  }
  return result;
}

IsotropicFrame::IsotropicFrame(const Medium& medium) {
  const auto& c = medium.conductivity;
  conductivity_ = c.x;
  if (c.x == c.y && c.y == c.z) return;
  conductivity_ = std::cbrt(c.x * c.y * c.z);
  scale_ = {std::sqrt(conductivity_ / c.x), std::sqrt(conductivity_ / c.y),
            std::sqrt(conductivity_ / c.z)};
}

}  // namespace lfp
