// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>

#include "tutti/random.hpp"

namespace cell::rules {

/// A number for each cell or connection: constant, or drawn.
struct Distribution {
  enum class Kind { constant, normal, uniform, lognormal, exponential, gamma };
  Kind kind = Kind::constant;
  double a = 0;  ///< The constant, the mean (also of lognormal), the lower end, or gamma's shape.
  double b = 0;  ///< Standard deviation, the upper end, or gamma's scale.
  double least = -1e300, most = 1e300;  ///< What is drawn outside is drawn again.
};

/// The `number`-th value of a distribution. Throws Error{config} where 16384 draws in a row lie
/// outside its bounds.
double draw(const Distribution& distribution, const tutti::Random& random, std::uint64_t number);

/// The least value that can be drawn; -infinity for a normal without a bound.
double least_of(const Distribution& distribution);

}  // namespace cell::rules
