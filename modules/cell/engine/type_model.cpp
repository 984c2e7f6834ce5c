// SPDX-License-Identifier: MIT
#include "engine/type_model.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace cell::engine {
namespace {

constexpr double nF_per_uF_cm2_um2 = 1e-5;  // 1 um2 = 1e-8 cm2
constexpr double uS_per_S_cm2_um2 = 1e-2;
constexpr double mA_cm2_per_nA_um2 = 100;
constexpr double for_ever_ms = 1e9;

std::size_t index(int i) { return static_cast<std::size_t>(i); }

/// The values of a use in the order of the mechanism's parameters.
std::vector<double> values_of(const MechanismInfo& info, const MechanismUse& use) {
  std::vector<double> values;
  for (const auto& p : info.parameters) values.push_back(p.fallback);
  for (const auto& [name, value] : use.parameters) {
    const auto found = std::ranges::find(info.parameters, name, &MechanismInfo::Parameter::name);
    if (found == info.parameters.end())
      throw std::invalid_argument{"mechanism " + info.name + " has no parameter " + name};
    values[index(static_cast<int>(found - info.parameters.begin()))] = value;
  }
  return values;
}

}  // namespace

double per_area(const std::string& unit, double area_um2) {
  if (unit == "S/cm2") return area_um2 * uS_per_S_cm2_um2;
  return unit == "cm/s" ? area_um2 : 1;
}

TypeModel::TypeModel(const CellType& type, double dt_ms, Scheme scheme) : type_{type} {
  const auto& cable = type.cable;
  const auto nodes = cable.nodes();
  axial_.assign(nodes, 0);
  diagonal_.assign(nodes, 0);
  capacity_.assign(nodes, 0);
  leak_.assign(nodes, 0);
  per_area_.assign(nodes, 0);
  capacitance_.assign(nodes, 0);
  leak_uS_.assign(nodes, 0);
  ena_mV_.assign(nodes, type.ena);
  ek_mV_.assign(nodes, type.ek);
  const double step = scheme == Scheme::crank_nicolson ? dt_ms / 2 : dt_ms;
  for (std::size_t i = 0; i < nodes; ++i) {
    if (cable.segment[i] >= 0) {
      const auto& segment = cable.segments[index(cable.segment[i])];
      capacitance_[i] = type.cm[index(cable.segment[i])] * segment.area * nF_per_uF_cm2_um2;
      capacity_[i] = capacitance_[i] / step;
      diagonal_[i] += capacity_[i];
      per_area_[i] = mA_cm2_per_nA_um2 / segment.area;
    }
    if (i == 0) continue;
    axial_[i] = 1 / cable.resistance[i];
    diagonal_[i] += axial_[i];
    diagonal_[index(cable.parent[i])] += axial_[i];
  }
  for (const auto& use : type.mechanisms) {
    const int kind = mechanism_number(use.name);
    if (kind < 0) throw std::invalid_argument{"there is no mechanism " + use.name};
    const auto values = values_of(registry()[index(kind)].info, use);
    if (use.name == "pas" && type.leaks_are_fixed)
      add_leak(use, values);
    else
      add(kind, use, values);
  }
  link(dt_ms);
  tables_.extrapolate = scheme == Scheme::crank_nicolson;
}

const MechanismEntry& TypeModel::entry(std::size_t mechanism) const {
  return registry()[index(mechanisms_[mechanism].kind)];
}

std::vector<double> TypeModel::constants_for(std::size_t mechanism, double dt_ms) const {
  const auto& m = mechanisms_[mechanism];
  std::vector<double> constants(m.constants.size());
  registry()[index(m.kind)].constants({dt_ms, type_.celsius, type_.faraday}, constants.data());
  return constants;
}

bool TypeModel::shares_with(const TypeModel& other) const {
  return uses_calcium_ == other.uses_calcium_ && tables_.nernst_mV == other.tables_.nernst_mV &&
         tables_.cao_mM == other.tables_.cao_mM;
}

int TypeModel::node_of(int segment) const { return type_.cable.segments[index(segment)].node; }

double TypeModel::nernst(int valence, double inside_mM, double outside_mM) const {
  constexpr double least_mM = 1e-12;
  return tables_.nernst_mV * (2.0 / valence) *
         std::log(std::max(outside_mM, least_mM) / std::max(inside_mM, least_mM));
}

void TypeModel::add_leak(const MechanismUse& use, const std::vector<double>& values) {
  for (const int s : use.segments) {
    const auto& segment = type_.cable.segments[index(s)];
    const double g = values[0] * segment.area * uS_per_S_cm2_um2;
    diagonal_[index(segment.node)] += g;
    leak_uS_[index(segment.node)] += g;
    leak_[index(segment.node)] += g * values[1];
  }
}

void TypeModel::add(int kind, const MechanismUse& use, const std::vector<double>& values) {
  const auto& entry = registry()[index(kind)];
  Mechanism m{kind, {}, {}, {}, {}};
  for (const int s : use.segments) {
    const auto& segment = type_.cable.segments[index(s)];
    m.nodes.push_back(segment.node);
    for (std::size_t p = 0; p < values.size(); ++p)
      m.parameters.push_back(values[p] * per_area(entry.info.parameters[p].unit, segment.area));
    if (use.ena) ena_mV_[index(segment.node)] = *use.ena;
    if (use.ek) ek_mV_[index(segment.node)] = *use.ek;
    const bool carries_calcium = entry.carries == Ion::ca || entry.carries == Ion::ca_in_a_field;
    if (carries_calcium) calcium_nodes_.push_back(segment.node);
    uses_calcium_ = uses_calcium_ || carries_calcium || entry.reads != Reads::nothing;
  }
  mechanisms_.push_back(std::move(m));
}

void TypeModel::link(double dt_ms) {
  for (auto& m : mechanisms_) {
    const auto& entry = registry()[index(m.kind)];
    Environment environment{dt_ms, type_.celsius};
    entry.constants(environment, m.constants.data());
    environment.dt_ms = for_ever_ms;
    entry.constants(environment, m.settled);
  }
  // by kind, so that concentrations are there before the gates that read them
  std::ranges::stable_sort(mechanisms_, {}, [](const Mechanism& m) {
    return std::pair{m.kind, m.constants};
  });
  std::ranges::sort(calcium_nodes_);
  calcium_nodes_.erase(std::unique(calcium_nodes_.begin(), calcium_nodes_.end()),
                       calcium_nodes_.end());
  for (auto& m : mechanisms_) {
    const auto& entry = registry()[index(m.kind)];
    MechanismTable table;
    table.kind = m.kind;
    table.count = static_cast<int>(m.nodes.size());
    table.node = m.nodes.data();
    table.parameters = m.parameters.data();
    table.parameter_count = static_cast<int>(entry.info.parameters.size());
    std::ranges::copy(m.constants, table.constants);
    mechanism_tables_.push_back(table);
  }
  tables_.nodes = static_cast<int>(axial_.size());
  tables_.parent = type_.cable.parent.data();
  tables_.axial = axial_.data();
  tables_.diagonal = diagonal_.data();
  tables_.capacity = capacity_.data();
  tables_.leak = leak_.data();
  tables_.mechanisms = mechanism_tables_.data();
  tables_.mechanism_count = static_cast<int>(mechanism_tables_.size());
  tables_.calcium_nodes = calcium_nodes_.data();
  tables_.calcium_count = static_cast<int>(calcium_nodes_.size());
  tables_.per_area = per_area_.data();
  tables_.nernst_mV = 1000 * type_.gas_constant * (type_.celsius + 273.15) / (2 * type_.faraday);
  tables_.cao_mM = type_.cao;
}

}  // namespace cell::engine
