// SPDX-License-Identifier: MIT
#pragma once
#include <span>
#include <string>
#include <vector>

namespace plot {

/// A unit as it is printed: "uA/mm^3" becomes "µA/mm³"; empty and "1" become "".
std::string printed(const std::string& unit);

/// "potential [µV]", or the name alone where there is no unit.
std::string labelled(const std::string& name, const std::string& unit);

/// The unit in which values are short to read: mV becomes µV, nA pA and mM µM where all values are
/// below 0.1; powers of them likewise.
struct Readable {
  double factor = 1;
  std::string unit;
};
Readable readable(const std::string& unit, double largest);

/// The largest absolute value that is a number.
double largest(std::span<const double> values);

/// The value that a share of all stays below; takes a copy. 0 for none.
double quantile(std::vector<double> values, double share);

/// A number on a scale: as many digits as tell neighbours `step` apart from each other.
std::string number(double value, double step);

/// "10^−3", which a canvas draws with the exponent raised.
std::string power_of_ten(int exponent);

}  // namespace plot
