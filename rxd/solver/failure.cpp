// SPDX-License-Identifier: MIT
#include <cmath>
#include <limits>
#include <string>

#include "cable.hpp"
#include "error.hpp"

namespace rxd {

void Cable::fail(const std::string& what, std::span<const double> errors) const {
  std::size_t variable = 0, segment = 0;
  double worst = -1;
  for (std::size_t k = 0; k < network_.variables().size(); ++k)
    for (std::size_t s = 0; s < segments(); ++s) {
      if (!(size(k, s) > 0)) continue;
      double error = std::abs(errors[k * points() + tree_.point_of[s]]) /
                     (std::abs(value(k, s)) + network_.variables()[k].scale);
      if (!std::isfinite(error)) error = std::numeric_limits<double>::infinity();
      if (error <= worst) continue;
      worst = error;
      variable = k;
      segment = s;
    }
  const std::string name = network_.variables()[variable].name;
  throw StepFailure{what + "; it is worst for '" + name + "' (now " +
                        std::to_string(value(variable, segment)) + ") at segment " +
                        std::to_string(segment) +
                        ": look for rates of it that have no bound, jump, or divide by 0",
                    segment};
}

}  // namespace rxd
