// SPDX-License-Identifier: MIT
#include "point/current.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace cell::point {

double Current::at(double t, const tutti::Random& random) const {
  if (t < start_ms || t >= stop_ms) return 0;
  switch (kind) {
    case Kind::dc:
      return amplitude;
    case Kind::ac:
      return offset + amplitude * std::sin(2 * std::numbers::pi * per_ms * (t - start_ms) + phase);
    case Kind::step: {
      const auto next = std::ranges::upper_bound(times_ms, t);
      if (next == times_ms.begin()) return 0;
      return amplitudes[static_cast<std::size_t>(next - times_ms.begin()) - 1];
    }
    case Kind::noise:
      return offset + amplitude * random.normal(static_cast<std::uint64_t>(
                                      std::floor((t - start_ms) / interval_ms)));
  }
  return 0;
}

}  // namespace cell::point
