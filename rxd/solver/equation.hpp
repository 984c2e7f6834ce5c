// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace rxd {

/// One species of a reaction equation and how many of it take part.
struct Participant {
  double count = 1;
  std::string name;    ///< "ca" or "ca[cyt]"
  std::size_t at = 0;  ///< its first character in the equation
};

/// A reaction equation: `2 ca + buf <> cabuf`, `1.5 a > b`, `ca[er] > ca[cyt]`, `0 > ca`, `ca > 0`.
struct Equation {
  std::vector<Participant> left, right;
  bool reversible = false;
};

/// Reads an equation; `->` and `<->` mean the same as `>` and `<>`. Throws Error that points at the
/// character.
Equation parse_equation(std::string_view text);

}  // namespace rxd
