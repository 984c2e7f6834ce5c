// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <vector>

#include "morphology/morphology.hpp"

namespace cell {

/// How many compartments a section gets.
struct Discretisation {
  enum class Rule { count, length, d_lambda };
  Rule rule = Rule::d_lambda;
  double value = 0.1;      ///< count: a number; length: the longest compartment [um]; d_lambda: the
                           ///< longest one in length constants at `frequency`.
  double frequency = 100;  ///< [Hz]
};

/// Compartments of one section: `count` as said; length 1 + 2 floor(L / (2 dL)); d_lambda the odd
/// number of Hines and Carnevale (2001). `Ra` [ohm cm], `cm` [uF/cm2].
int compartments(const Section& section, const Discretisation& how, double Ra, double cm);

/// One compartment: an equal part of its section, a chain of frusta inside.
struct Segment {
  int section = 0;
  int index = 0;  ///< In its section.
  int type = dend;
  int parent = -1;       ///< Index of a segment, -1 for the root.
  double parent_at = 1;  ///< Where along the parent it attaches; 1 is the far end.
  int node = 0;          ///< Its place in Cable::parent.
  Point begin, end;      ///< [um]
  double length = 0;     ///< Along the cable. [um]
  double diameter = 0;   ///< Mean along the cable. [um]
  double area = 0;       ///< [um2]
  double volume = 0;     ///< [um3]
  double path = 0;       ///< From the soma's middle to this middle, along the cable. [um]
};

/// The tree that the solver sees: nodes with parents before children, one per segment plus a
/// massless one wherever several sections meet at an end.
struct Cable {
  std::vector<int> parent;         ///< Of each node, -1 for the root.
  std::vector<double> resistance;  ///< To the parent's node. [MOhm]
  std::vector<int> segment;        ///< Of each node, -1 where it is massless.
  std::vector<Segment> segments;
  std::vector<int> first_segment;  ///< Of each section, and one past the last.

  std::size_t nodes() const { return parent.size(); }
  /// The segment in which a place lies. Requires 0 <= x <= 1.
  int segment_at(int section, double x) const;
};

/// Cuts a morphology into compartments; `nseg` and `Ra` [ohm cm] per section. Area and axial
/// resistance are integrated over the frusta; an end where just two sections meet needs no node of
/// its own, since the resistances add up to the same.
Cable make_cable(const Morphology& morphology, const std::vector<int>& nseg,
                 const std::vector<double>& Ra);

}  // namespace cell
