// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <vector>

#include "swc/points.hpp"

namespace cell {

/// A point of a reconstruction. [um]
using Point = swc::Place;

/// SWC's types of cable. Whatever a file calls otherwise is the type of what it hangs on.
enum SwcType : int { soma = 1, axon = 2, dend = 3, apic = 4 };

/// "soma", "axon", "dend", "apic".
const char* region_name(int swc_type);

/// An unbranched run of cable. Its compartments are equal parts of its length.
struct Section {
  std::string name;
  int type = dend;
  int parent = -1;            ///< Index of an earlier section, -1 for the root.
  double parent_x = 1.0;      ///< Where on the parent it begins, 0..1.
  std::vector<Point> points;  ///< At least two; a child of a dendrite begins at the branch point.

  // What a stylised section may say for itself; 0 = what holds for its region.
  int nseg = 0;
  double Ra = 0;  ///< [ohm cm]
  double cm = 0;  ///< [uF/cm2]

  double length() const;  ///< Along the points. [um]
};

/// A tree of sections, parents before children, the first one being the soma.
struct Morphology {
  std::string source;  ///< Where it came from, for messages.
  std::vector<Section> sections;
};

double distance(const Point& a, const Point& b);  ///< [um]

/// Takes the axon away: every section of type 2 and what hangs on it.
Morphology without_axon(const Morphology& whole);

/// Puts the stub of the Allen Institute's perisomatic models in the axon's place: two cylinders of
/// 30 um by 1 um, the first one at the soma's middle.
Morphology with_axon_stub(const Morphology& whole);

}  // namespace cell
