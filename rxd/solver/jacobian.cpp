// SPDX-License-Identifier: MIT
#include "cable.hpp"

namespace rxd {

std::vector<double> Cable::jacobian(std::size_t segment) {
  const std::size_t n = network_.variables().size(), point = tree_.point_of[segment];
  std::vector<double> all(n * n);
  network_.program().run(balance_.inputs, point, 1, balance_.with_slopes);
  for (const auto& slope : network_.slopes()) {
    const double share = balance_.process_size[slope.process * points() + point];
    for (const auto& t : network_.processes()[slope.process].terms)
      if (share > 0)
        all[t.variable * n + slope.variable] += t.change * share *
                                                balance_.with_slopes.result(slope.result)[0] /
                                                size(t.variable, segment);
  }
  for (std::size_t k = 0; k < network_.mobile(); ++k)
    if (size(k, segment) > 0)
      all[k * n + k] -= balance_.total_conductance[k * points() + point] / size(k, segment);
  return all;
}

}  // namespace rxd
