// SPDX-License-Identifier: MIT
#include "measures/csd.hpp"

#include "measures/require.hpp"

namespace measures {

std::vector<double> csd(std::span<const double> potential_mv, double spacing_um,
                        double conductivity) {
  require(potential_mv.size() >= 3, "current source density needs three electrodes, not {}",
          potential_mv.size());
  require(spacing_um > 0, "electrodes must be a positive distance apart, not {} um", spacing_um);
  std::vector<double> result;
  for (std::size_t i = 1; i + 1 < potential_mv.size(); ++i)
    result.push_back(-conductivity *
                     (potential_mv[i - 1] - 2 * potential_mv[i] + potential_mv[i + 1]) /
                     (spacing_um * spacing_um));
  return result;
}

}  // namespace measures
