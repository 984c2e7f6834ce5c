// SPDX-License-Identifier: MIT
#include "app/tables.hpp"

namespace lfp {

using tutti::Elements;
using tutti::ElementTable;

Elements share(std::uint64_t first, std::uint64_t count, tutti::Ranks ranks) {
  const auto rank = static_cast<std::uint64_t>(ranks.rank);
  const auto stride = static_cast<std::uint64_t>(ranks.count);
  if (rank >= count) return {};
  return Elements::strided(first + rank, (count - rank + stride - 1) / stride, stride);
}

ElementTable electrode_table(const std::vector<Electrode>& electrodes, const Elements& mine) {
  ElementTable table{"electrode", mine, {{"electrodes", 0, electrodes.size()}}, {}};
  std::vector<double> x, y, z;
  std::vector<std::int64_t> channel;
  mine.for_each([&](std::uint64_t k) {
    const auto& e = electrodes.at(k);
    x.push_back(e.position.x), y.push_back(e.position.y), z.push_back(e.position.z);
    channel.push_back(e.channel);
  });
  table.set("channel", channel);
  table.set("x", "um", x), table.set("y", "um", y), table.set("z", "um", z);
  return table;
}

ElementTable dipole_table(bool mine) {
  ElementTable table{"axis", mine ? Elements::range(0, 3) : Elements{}, {{"dipole", 0, 3}}, {}};
  return table;
}

std::vector<Segment> segments_of(const ElementTable& table) {
  const auto x0 = table.reals("x0"), y0 = table.reals("y0"), z0 = table.reals("z0");
  const auto x1 = table.reals("x1"), y1 = table.reals("y1"), z1 = table.reals("z1");
  const auto diameter = table.reals("diameter");
  const auto type = table.integers("swc_type");
  std::vector<Segment> segments;
  for (std::size_t k = 0; k < table.ids.size(); ++k)
    segments.push_back({{x0[k], y0[k], z0[k]}, {x1[k], y1[k], z1[k]}, diameter[k], type[k] == 1});
  return segments;
}

}  // namespace lfp
