// SPDX-License-Identifier: MIT
#include "tutti/unit.hpp"

#include <udunits2.h>

#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <vector>

#include "tutti/error.hpp"

namespace tutti {
namespace {

struct FreeSystem {
  void operator()(ut_system* system) const { ut_free_system(system); }
};
struct FreeUnit {
  void operator()(ut_unit* unit) const { ut_free(unit); }
};
using SystemHandle = std::unique_ptr<ut_system, FreeSystem>;
using UnitHandle = std::unique_ptr<ut_unit, FreeUnit>;

/// UDUNITS finds its database by UDUNITS2_XML_PATH or by a path fixed when it was built; a copy of
/// the library that was moved needs the usual places as well.
ut_system* read_database() {
  if (ut_system* system = ut_read_xml(nullptr)) return system;
  for (const char* path :
       {"/usr/share/xml/udunits/udunits2.xml", "/usr/share/udunits/udunits2.xml",
        "/usr/local/share/xml/udunits/udunits2.xml", "/usr/local/share/udunits/udunits2.xml"})
    if (ut_system* system = ut_read_xml(path)) return system;
  throw Error{Fault::config,
              "cannot find the database of units, udunits2.xml: install libudunits2-data, or let "
              "UDUNITS2_XML_PATH name the file"};
}

/// The units that neuroscience writes and UDUNITS lacks.
void add_unit(ut_system* system, const char* symbol, const char* definition) {
  const UnitHandle unit{ut_parse(system, definition, UT_ASCII)};
  if (unit) ut_map_symbol_to_unit(symbol, UT_ASCII, unit.get());
}

/// The database, read at first use; it is the library's cache, never changed afterwards.
ut_system* database() {
  static const SystemHandle system = [] {
    ut_set_error_message_handler(ut_ignore);
    SystemHandle made{read_database()};
    add_unit(made.get(), "M", "mol/L");
    add_unit(made.get(), "mho", "S");
    return made;
  }();
  return system.get();
}

/// What a visit of UDUNITS' tree of a unit collects.
struct Parts {
  std::string dimension;
  double scale = 1.0;
  double offset = 0.0;
};

ut_status visit_basic(const ut_unit* unit, void* out) {
  static_cast<Parts*>(out)->dimension = ut_get_symbol(unit, UT_ASCII);
  return UT_SUCCESS;
}

ut_status visit_product(const ut_unit* /*unit*/, int count, const ut_unit* const* basic,
                        const int* powers, void* out) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    if (powers[i] == 0) continue;
    const char* symbol = ut_get_symbol(basic[i], UT_ASCII);
    if (symbol == nullptr) symbol = ut_get_name(basic[i], UT_ASCII);
    // an angle is a ratio: "rad" must not keep rad/s from 1/s
    if (symbol == nullptr || std::string_view{symbol} == "rad") continue;
    if (!text.empty()) text += ' ';
    text += symbol;
    if (powers[i] != 1) text += std::to_string(powers[i]);
  }
  static_cast<Parts*>(out)->dimension = text.empty() ? "1" : text;
  return UT_SUCCESS;
}

ut_status visit_galilean(const ut_unit* /*unit*/, double scale, const ut_unit* underlying,
                         double origin, void* out);
ut_status visit_timestamp(const ut_unit*, const ut_unit*, double, void*) { return UT_MEANINGLESS; }
ut_status visit_logarithmic(const ut_unit*, double, const ut_unit*, void*) {
  return UT_MEANINGLESS;
}

constexpr ut_visitor visitor{visit_basic, visit_product, visit_galilean, visit_timestamp,
                             visit_logarithmic};

ut_status visit_galilean(const ut_unit* /*unit*/, double scale, const ut_unit* underlying,
                         double origin, void* out) {
  Parts inner;
  if (const ut_status status = ut_accept_visitor(underlying, &visitor, &inner);
      status != UT_SUCCESS)
    return status;
  // underlying = scale·value + scale·origin, and base = inner.scale·underlying + inner.offset
  auto& parts = *static_cast<Parts*>(out);
  parts.dimension = inner.dimension;
  parts.scale = inner.scale * scale;
  parts.offset = inner.offset + inner.scale * (scale * origin);
  return UT_SUCCESS;
}

std::string_view trim(std::string_view s) {
  const auto first = s.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return s.substr(first, s.find_last_not_of(" \t\r\n") - first + 1);
}

/// UDUNITS knows names in any case ("Ohm", "msec") but symbols only in their own: "mv", "na", "hz".
std::string hint(std::string_view text) {
  const auto lower = [](std::string_view in) {
    std::string out{in};
    for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
  };
  for (const std::string_view right :
       {"mV",  "V",     "uV",     "nA",     "pA",     "uA",     "mA", "nS",  "uS",
        "mS",  "S",     "pF",     "nF",     "uF",     "mM",     "uM", "nM",  "Hz",
        "kHz", "S/cm2", "mS/cm2", "uS/cm2", "uF/cm2", "mA/cm2", "um", "degC"})
    if (lower(text) == lower(right)) return fmt::format("; did you mean \"{}\"?", right);
  return "; units are written like mV, nA, uS/cm2, ohm cm, mM, Hz, 1/ms";
}

std::string words(const Unit& unit) {
  return unit.dimension() == "1" ? "\"" + unit.text() + "\", a bare number"
                                 : fmt::format("\"{}\", a {}", unit.text(), unit.dimension_name());
}

/// A ratio of two decimal scales, freed of the last bit that dividing them may cost: 1e-9 / 1e-12
/// must be 1000 and nothing near it.
double clean(double ratio) {
  const std::string text = fmt::format("{:.12e}", ratio);
  double snapped = ratio;
  std::from_chars(text.data(), text.data() + text.size(), snapped);
  return std::abs(snapped - ratio) <= 1e-15 * std::abs(ratio) ? snapped : ratio;
}

/// Splits "18 nA" into the number and the rest. Returns the length of the number, 0 if there is
/// none.
std::size_t read_number(std::string_view text, double& value) {
  const std::size_t sign = text.starts_with('+') ? 1 : 0;
  const char* begin = text.data() + sign;
  const auto [end, fault] = std::from_chars(begin, text.data() + text.size(), value);
  if (fault != std::errc{} || !std::isfinite(value)) return 0;
  return static_cast<std::size_t>(end - text.data());
}

}  // namespace

Unit Unit::parse(std::string_view text) {
  const std::string trimmed{trim(text)};
  if (trimmed.empty()) throw Error{Fault::config, "an empty text is no unit; write \"1\" for none"};
  if (trimmed.size() > 200)
    throw Error{Fault::config, "\"{}...\" is too long for a unit", trimmed.substr(0, 40)};
  const UnitHandle handle{ut_parse(database(), trimmed.c_str(), UT_UTF8)};
  Parts parts;
  if (!handle || ut_accept_visitor(handle.get(), &visitor, &parts) != UT_SUCCESS ||
      !std::isfinite(parts.scale) || parts.scale == 0.0)
    throw Error{Fault::config, "\"{}\" is not a unit{}", trimmed, hint(trimmed)};
  Unit unit;
  unit.text_ = trimmed;
  unit.dimension_ = parts.dimension;
  unit.scale_ = parts.scale;
  unit.offset_ = parts.offset;
  return unit;
}

std::string Unit::dimension_name() const {
  if (dimension_ == "1") return "number without unit";
  struct Known {
    const char* unit;
    const char* words;
  };
  static constexpr std::array known{
      Known{"V", "voltage"},
      Known{"A", "current"},
      Known{"s", "time"},
      Known{"m", "length"},
      Known{"m2", "area"},
      Known{"m3", "volume"},
      Known{"Hz", "rate"},
      Known{"M", "concentration"},
      Known{"M/s", "rate of concentration"},
      Known{"1/M/s", "binding rate"},
      Known{"S", "conductance"},
      Known{"S/m2", "conductance per area"},
      Known{"S/m", "conductivity"},
      Known{"A/m2", "current density"},
      Known{"F", "capacitance"},
      Known{"F/m2", "capacitance per area"},
      Known{"ohm", "resistance"},
      Known{"ohm m", "resistivity"},
      Known{"K", "temperature"},
      Known{"C", "charge"},
      Known{"mol", "amount of substance"},
      Known{"mol/m2/s", "flux per area"},
      Known{"m2/s", "diffusion coefficient"},
      Known{"m/s", "velocity"},
      Known{"V/m", "electric field"},
      Known{"A m", "current dipole moment"},
      Known{"J", "energy"},
  };
  for (const auto& [unit, words] : known)
    if (parse(unit).dimension_ == dimension_) return words;
  return "quantity in " + dimension_;
}

Conversion conversion(const Unit& from, const Unit& to) {
  if (!same_dimension(from, to))
    throw Error{Fault::config, "cannot convert {} into {}", words(from), words(to)};
  return {clean(from.scale() / to.scale()),
          from.offset() == to.offset() ? 0.0 : (from.offset() - to.offset()) / to.scale()};
}

Quantity parse_quantity(std::string_view text) {
  const std::string_view trimmed = trim(text);
  double value = 0.0;
  const std::size_t length = read_number(trimmed, value);
  if (length == 0)
    throw Error{Fault::config, "\"{}\" is not a number with a unit, as \"18 nA\" is", text};
  const std::string_view rest = trim(trimmed.substr(length));
  if (rest.empty()) return {value, Unit{}};
  return {value, Unit::parse(rest)};
}

double value_in(std::string_view text, const Unit& unit) {
  const Quantity found = parse_quantity(text);
  if (same_dimension(found.unit, unit)) return conversion(found.unit, unit)(found.value);
  if (found.unit == Unit{})
    throw Error{Fault::config, "{} has no unit; write \"{} {}\"", trim(text), trim(text),
                unit.text()};
  throw Error{Fault::config,
              "\"{}\" is a {}, but a {} is needed, such as \"{} {}\"",
              trim(text),
              found.unit.dimension_name(),
              unit.dimension_name(),
              found.value,
              unit.text()};
}

}  // namespace tutti
