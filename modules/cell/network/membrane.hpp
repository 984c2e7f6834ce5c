// SPDX-License-Identifier: MIT
#pragma once
#include <map>
#include <optional>
#include <string>

#include "network/model.hpp"

namespace cell {

/// What the membrane of one region is, as far as somebody said.
struct Region {
  std::optional<double> cm, Ra;   ///< [uF/cm2], [ohm cm]; 1 and 100 where nobody says.
  std::optional<double> ena, ek;  ///< [mV]; the cell's where nobody says.
  /// Parameters of each mechanism by name, those left out at their defaults.
  std::map<std::string, std::map<std::string, double>> mechanisms;
};

/// By SWC type.
using Membrane = std::map<int, Region>;

/// Cuts the cell's morphology into compartments and puts the mechanisms into its type, which has
/// name and conditions already.
void build_type(CellModel& cell, const Membrane& membrane, const Discretisation& how);

}  // namespace cell
