// SPDX-License-Identifier: MIT
#include "study/probe.hpp"

#include "study/series.hpp"
#include "tutti/error.hpp"

namespace study {

Probe probe_of(const Signal& signal) {
  Probe probe{measures::probe_line(signal.reals("x"), signal.reals("y"), signal.reals("z")),
              &signal};
  if (probe.order.empty())
    throw tutti::Error{tutti::Fault::usage, "{}: has no electrodes", signal.name()};
  return probe;
}

DepthProfile potentials(const Probe& probe, const Range& range) {
  DepthProfile profile;
  profile.depth_um = probe.along_um;
  for (const auto e : probe.order) {
    auto s = element(*probe.signal, e, range);
    if (profile.time_ms.empty())
      for (std::size_t i = 0; i < s.values.size(); ++i) profile.time_ms.push_back(s.time_ms(i));
    profile.rows.push_back(std::move(s.values));
  }
  return profile;
}

DepthProfile current_density(const Probe& probe, const Range& range, double conductivity) {
  if (!probe.fits_csd())
    throw tutti::Error{
        tutti::Fault::usage,
        "{}: current source density needs three or more electrodes at even distances "
        "along a line; there are {}{}",
        probe.signal->name(), probe.order.size(),
        probe.order.size() < 3 ? "" : ", unevenly spaced"};
  const auto v = potentials(probe, range);
  DepthProfile profile{v.time_ms, {v.depth_um.begin() + 1, v.depth_um.end() - 1}, {}};
  profile.rows.assign(profile.depth_um.size(), std::vector<double>(v.time_ms.size()));
  constexpr double per_mm3 = 1e6;  // nA/um3 in uA/mm3
  std::vector<double> column(v.rows.size());
  for (std::size_t t = 0; t < v.time_ms.size(); ++t) {
    for (std::size_t d = 0; d < v.rows.size(); ++d) column[d] = v.rows[d][t];
    const auto c = measures::csd(column, probe.spacing_um, conductivity);
    for (std::size_t d = 0; d < c.size(); ++d) profile.rows[d][t] = c[d] * per_mm3;
  }
  return profile;
}

}  // namespace study
