// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "morphology/morphology.hpp"

namespace cell {

/// A cylinder of a cell that is described instead of reconstructed.
struct Stylised {
  std::string name;
  int type = dend;                                 ///< SWC type: the region it belongs to.
  double length = 0;                               ///< [um]
  double diameter = 0;                             ///< [um]
  std::string parent;                              ///< Name of another section; empty for the root.
  double parent_x = 1;                             ///< Where on it, 0..1.
  std::optional<std::array<double, 3>> direction;  ///< Way it grows, any length but 0.
  int nseg = 0;                                    ///< 0: as the cell's discretisation has it.
  double Ra = 0;                                   ///< [ohm cm]; 0: as its region.
  double cm = 0;                                   ///< [uF/cm2]; 0: as its region.
};

/// Sections in any order as a morphology, parents before children. The root begins at the origin
/// and grows along +y; a child begins where its parent_x is, and without a direction goes on as its
/// parent does, or the other way at the parent's beginning (apical ones upwards, axons downwards).
/// Throws tutti::Error{config} naming `source` and the section: a name twice, a parent that is not
/// there, no or several roots, a loop, a length or diameter that is not above 0, parent_x off 0..1.
Morphology make_stylised(const std::vector<Stylised>& sections, const std::string& source);

}  // namespace cell
