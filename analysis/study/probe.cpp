// SPDX-License-Identifier: MIT
#include "study/probe.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "measures/csd.hpp"
#include "study/series.hpp"
#include "tutti/error.hpp"

namespace study {

Probe probe_of(const Signal& signal) {
  Probe probe{&signal, {}, {}, 0, 'y'};
  double widest = -1;
  const std::vector<double>* along = nullptr;
  for (const char axis : {'x', 'y', 'z'}) {
    const char name[]{axis, '\0'};
    const auto& column = signal.reals(name);
    if (column.empty()) continue;
    const auto [low, high] = std::ranges::minmax(column);
    if (high - low > widest) widest = high - low, along = &column, probe.axis = axis;
  }
  if (along == nullptr)
    throw tutti::Error{tutti::Fault::usage, "{}: has no electrodes", signal.name()};
  probe.elements.resize(along->size());
  std::iota(probe.elements.begin(), probe.elements.end(), std::size_t{0});
  std::ranges::stable_sort(probe.elements, {}, [&](std::size_t e) { return (*along)[e]; });
  for (const auto e : probe.elements) probe.along_um.push_back((*along)[e]);
  if (probe.along_um.size() < 2) return probe;
  const double spacing = probe.along_um[1] - probe.along_um[0];
  bool even = spacing > 0;
  for (std::size_t i = 1; i < probe.along_um.size(); ++i)
    even = even && std::abs(probe.along_um[i] - probe.along_um[i - 1] - spacing) < 1e-6 * spacing;
  probe.spacing_um = even ? spacing : 0;
  return probe;
}

DepthProfile potentials(const Probe& probe, const Range& range) {
  DepthProfile profile;
  profile.depth_um = probe.along_um;
  for (const auto e : probe.elements) {
    auto s = element(*probe.signal, e, range);
    if (profile.time_ms.empty())
      for (std::size_t i = 0; i < s.values.size(); ++i) profile.time_ms.push_back(s.time_ms(i));
    profile.rows.push_back(std::move(s.values));
  }
  return profile;
}

DepthProfile current_density(const Probe& probe, const Range& range, double conductivity) {
  if (probe.elements.size() < 3 || probe.spacing_um <= 0)
    throw tutti::Error{
        tutti::Fault::usage,
        "{}: current source density needs three or more electrodes at even distances "
        "along a line; there are {}{}",
        probe.signal->name(), probe.elements.size(),
        probe.elements.size() < 3 ? "" : ", unevenly spaced"};
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
