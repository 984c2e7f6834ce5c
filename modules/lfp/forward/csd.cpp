// SPDX-License-Identifier: MIT
#include "forward/csd.hpp"

#include <cassert>

#include "forward/require.hpp"

namespace lfp {

double laminar_spacing(std::span<const Electrode> electrodes) {
  require(electrodes.size() >= 3,
          "an estimate of current source density needs three contacts in a row, not {}",
          electrodes.size());
  const Point step = electrodes[1].position - electrodes[0].position;
  const double spacing = length(step);
  require(spacing > 0, "contacts 0 and 1 are at the same place");
  for (std::size_t k = 1; k < electrodes.size(); ++k)
    require(length(electrodes[k].position - electrodes[k - 1].position - step) <= 1e-3 * spacing,
            "an estimate of current source density needs contacts on a line, equally far apart: "
            "contact {} is not {} um further along than contact {}",
            k, spacing, k - 1);
  return spacing;
}

std::vector<double> source_density(std::span<const double> before, std::span<const double> here,
                                   std::span<const double> after, double spacing,
                                   double conductivity) {
  assert(before.size() == here.size() && after.size() == here.size());
  std::vector<double> density;
  for (std::size_t k = 0; k < here.size(); ++k)
    density.push_back(-conductivity * (before[k] - 2 * here[k] + after[k]) / (spacing * spacing));
  return density;
}

}  // namespace lfp
