// SPDX-License-Identifier: MIT
#include <algorithm>

#include "cable.hpp"

namespace rxd {

std::optional<Negative> Cable::negative() {
  constexpr double allowed = 0.01;  // of the scale
  std::optional<Negative> worst;
  double lowest = -allowed;
  for (std::size_t k = 0; k < network_.variables().size(); ++k) {
    const Variable& v = network_.variables()[k];
    if (network_.model().species[v.species].signed_value) continue;
    for (std::size_t s = 0; s < segments(); ++s)
      if (size(k, s) > 0 && value(k, s) / v.scale < lowest) {
        lowest = value(k, s) / v.scale;
        worst = Negative{k, s, value(k, s), "diffusion"};
      }
  }
  if (!worst) return worst;
  const std::size_t point = tree_.point_of[worst->segment];
  network_.rates().run(balance_.inputs, point, 1, balance_.rates_alone);
  double most = 0;
  const auto consider = [&](double change, const std::string& cause) {
    if (change >= most) return;
    most = change;
    worst->cause = cause;
  };
  consider(balance_.source[worst->variable * points() + point], "the source");
  for (std::size_t p = 0; p < network_.processes().size(); ++p)
    for (const auto& t : network_.processes()[p].terms)
      if (t.variable == worst->variable)
        consider(t.change * balance_.process_size[p * points() + point] *
                     balance_.rates_alone.result(p)[0],
                 network_.processes()[p].name);
  return worst;
}

}  // namespace rxd
