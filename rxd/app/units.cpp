// SPDX-License-Identifier: MIT
#include "app/units.hpp"

#include <fmt/format.h>

#include <cctype>
#include <sstream>

#include "tutti/unit.hpp"

namespace tutti::rxd_app {

namespace {

/// Whether the text is a number, a space and a letter: no expression looks like that.
bool has_unit(const std::string& text) {
  const std::size_t end = text.find_first_not_of("0123456789.eE+-");
  if (end == std::string::npos || end == 0 || text[end] != ' ') return false;
  const std::size_t next = text.find_first_not_of(' ', end);
  return next != std::string::npos && std::isalpha(static_cast<unsigned char>(text[next])) != 0;
}

/// The unit of um, ms and mM with the dimension of `unit`: "m3 mol-1 s-1" gives "mM-1 ms-1".
Unit solver_unit(const Unit& unit) {
  std::istringstream dimension{unit.dimension()};
  int metre = 0, second = 0, mole = 0;
  std::string others;
  for (std::string part; dimension >> part;) {
    const std::size_t letters = part.find_first_of("-0123456789");
    const int exponent = letters == std::string::npos ? 1
                         : letters == 0               ? 0
                                                      : std::stoi(part.substr(letters));
    const std::string base = part.substr(0, letters);
    if (base == "m")
      metre = exponent;
    else if (base == "s")
      second = exponent;
    else if (base == "mol")
      mole = exponent;
    else if (letters != 0)
      others += " " + part;
  }
  std::string text;
  const auto add = [&](const char* base, int exponent) {
    if (exponent != 0) text += fmt::format("{}{}{}", text.empty() ? "" : " ", base, exponent);
  };
  add("mM", mole);
  add("um", metre + 3 * mole);
  add("ms", second);
  text += others;
  return Unit::parse(text.empty() ? "1" : text);
}

}  // namespace

std::string in_solver_units(const std::string& text, std::optional<std::string_view> needed) {
  if (!has_unit(text)) return text;
  if (needed) return fmt::format("{}", value_in(text, Unit::parse(*needed)));
  const Quantity quantity = parse_quantity(text);
  return fmt::format("{}", conversion(quantity.unit, solver_unit(quantity.unit))(quantity.value));
}

std::string rate_unit(int molecules, bool membrane) {
  const int power = membrane ? -molecules : 1 - molecules;
  const std::string concentration = power == 0 ? "" : fmt::format("mM{} ", power);
  return concentration + (membrane ? "um-2 ms-1" : "ms-1");
}

}  // namespace tutti::rxd_app
