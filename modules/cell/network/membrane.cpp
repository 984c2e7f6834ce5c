// SPDX-License-Identifier: MIT
#include "network/membrane.hpp"

namespace cell {
namespace {

void add_mechanisms(engine::CellType& type, const Membrane& membrane) {
  for (const auto& info : engine::mechanisms())  // in a fixed order, whatever the file's is
    for (const auto& [swc_type, region] : membrane) {
      const auto found = region.mechanisms.find(info.name);
      if (found == region.mechanisms.end()) continue;
      engine::MechanismUse use{info.name, {}, {}, region.ena, region.ek};
      for (std::size_t s = 0; s < type.cable.segments.size(); ++s)
        if (type.cable.segments[s].type == swc_type) use.segments.push_back(static_cast<int>(s));
      for (const auto& [name, value] : found->second) use.parameters.emplace_back(name, value);
      if (!use.segments.empty()) type.mechanisms.push_back(std::move(use));
    }
}

}  // namespace

void build_type(CellModel& cell, const Membrane& membrane, const Discretisation& how) {
  constexpr double default_cm = 1.0, default_Ra = 100.0;  // [uF/cm2], [ohm cm]
  const auto region = [&](int type) {
    const auto found = membrane.find(type);
    return found == membrane.end() ? Region{} : found->second;
  };
  std::vector<int> nseg;
  std::vector<double> Ra;
  for (const auto& section : cell.morphology.sections) {
    const auto here = region(section.type);
    Ra.push_back(here.Ra.value_or(default_Ra));
    nseg.push_back(section.nseg > 0
                       ? section.nseg
                       : compartments(section, how, Ra.back(), here.cm.value_or(default_cm)));
  }
  auto& type = cell.type;
  type.cable = make_cable(cell.morphology, nseg, Ra);
  for (const auto& segment : type.cable.segments)
    type.cm.push_back(region(segment.type).cm.value_or(default_cm));
  add_mechanisms(type, membrane);
}

}  // namespace cell
