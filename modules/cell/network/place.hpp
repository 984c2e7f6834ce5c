// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "morphology/morphology.hpp"
#include "rules/formula.hpp"
#include "tutti/random.hpp"

namespace cell {

/// Where the somata of a population lie [um].
struct Placement {
  /// A cylinder stands upright (along y) and an ellipsoid touches every side of its box.
  enum class Shape { box, cylinder, ellipsoid };
  Shape shape = Shape::box;
  Point low{}, high{};          ///< Corners of the box.
  std::vector<Point> listed{};  ///< One for each cell, in place of drawn ones.
  /// In the shape, by a formula of position [1/um3]; evenly where there is none.
  std::optional<rules::Formula> density{};
  double most = 0;  ///< The highest density found in the shape.
};

/// Where a cell lies. The same for the same numbers, whoever asks.
Point position(const Placement& placement, const rules::Words& words, const tutti::Random& random,
               std::uint64_t node);

/// Volume of the shape [um3].
double volume(const Placement& placement);

/// The mean number of cells in the shape with its density, by the midpoint rule; sets `most`.
double expected_number(Placement& placement, const rules::Words& words);

/// Columns x, y, z and, where space has a size, xnorm, ynorm, znorm, for one point.
void set_position(rules::Columns& columns, std::uint64_t row, const Point& at,
                  const rules::Words& words);

}  // namespace cell
