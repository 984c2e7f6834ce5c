// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <utility>
#include <vector>

#include "engine/kernel.hpp"
#include "engine/population.hpp"
#include "engine/registry.hpp"

namespace cell::engine {

/// What a parameter is multiplied by for a compartment: S/cm2 become uS, cm/s become cm/s um2.
double per_area(const std::string& unit, double area_um2);

/// A cell type made ready for the kernels: conductances, capacities and leak per node in nA, mV,
/// uS, nF and ms, in which Ohm's and Kirchhoff's laws need no factors.
class TypeModel {
 public:
  /// Throws std::invalid_argument for an unknown mechanism or parameter.
  TypeModel(const CellType& type, double dt_ms, Scheme scheme);
  TypeModel(const TypeModel&) = delete;
  TypeModel& operator=(const TypeModel&) = delete;

  const CellType& type() const { return type_; }
  const TypeTables& tables() const { return tables_; }
  const MechanismEntry& entry(std::size_t mechanism) const;
  /// Constants with which one step of gates leads to their steady state.
  const double* settled(std::size_t mechanism) const { return mechanisms_[mechanism].settled; }
  /// Constants of a mechanism for a step of another length.
  std::vector<double> constants_for(std::size_t mechanism, double dt_ms) const;
  /// Of a node: capacitance [nF] and leak conductance [uS].
  double capacitance(int node) const { return capacitance_[static_cast<std::size_t>(node)]; }
  double leak_conductance(int node) const { return leak_uS_[static_cast<std::size_t>(node)]; }
  bool uses_calcium() const { return uses_calcium_; }
  /// Whether their cells may stand side by side in a block: what a block has once is the same.
  bool shares_with(const TypeModel& other) const;
  int node_of(int segment) const;
  /// A reversal potential by Nernst [mV]; concentrations in mM.
  double nernst(int valence, double inside_mM, double outside_mM) const;
  /// Reversal potentials as the model says them, by node. [mV]
  double ena(int node) const { return ena_mV_[static_cast<std::size_t>(node)]; }
  double ek(int node) const { return ek_mV_[static_cast<std::size_t>(node)]; }

 private:
  struct Mechanism {
    int kind = 0;
    std::vector<int> nodes;
    std::vector<double> parameters;
    std::array<double, 4> constants{};
    double settled[4] = {};
  };

  void add_leak(const MechanismUse& use, const std::vector<double>& values);
  void add(int kind, const MechanismUse& use, const std::vector<double>& values);
  void link(double dt_ms);

  const CellType& type_;
  std::vector<double> axial_, diagonal_, capacity_, leak_, per_area_, capacitance_, leak_uS_,
      ena_mV_, ek_mV_;
  std::vector<Mechanism> mechanisms_;
  std::vector<MechanismTable> mechanism_tables_;
  std::vector<int> calcium_nodes_;
  bool uses_calcium_ = false;
  TypeTables tables_;
};

}  // namespace cell::engine
