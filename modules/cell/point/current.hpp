// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <vector>

#include "tutti/random.hpp"

namespace cell::point {

/// A current that an electrode puts into cells, by PyNN's kinds; inward positive [nA].
struct Current {
  enum class Kind {
    dc,     ///< `amplitude`.
    ac,     ///< `offset` + `amplitude` sin(2 pi `per_ms` (t - start) + `phase`).
    step,   ///< `amplitudes` from `times_ms` on.
    noise,  ///< Normal of mean `offset` and deviation `amplitude`, drawn anew every `interval_ms`.
  };
  Kind kind = Kind::dc;
  double start_ms = 0, stop_ms = 1e300;
  double amplitude = 0, offset = 0;
  double per_ms = 0, phase = 0;
  double interval_ms = 0;
  std::vector<double> times_ms{}, amplitudes{};

  /// At an instant, for the cell that `random` belongs to.
  double at(double t_ms, const tutti::Random& random) const;
};

}  // namespace cell::point
