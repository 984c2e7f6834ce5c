// SPDX-License-Identifier: MIT
#pragma once
#include <string>

#include "morphology/morphology.hpp"

namespace cell {

/// A reconstruction seen along z, in lines of braille: four rows and two columns of dots a letter.
std::string in_braille(const Morphology& morphology, int columns, int rows);

/// The same as SVG with a scale bar; colours by type, widths by diameter.
std::string as_svg(const Morphology& morphology);

/// Where a reconstruction lies: the corners of the box around it. [um]
struct Extent {
  Point low, high;
};
Extent extent_of(const Morphology& morphology);

}  // namespace cell
