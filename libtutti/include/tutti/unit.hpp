// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <string_view>

namespace tutti {

/// A unit of measurement as UDUNITS-2 reads it ("mV", "nA", "uS/cm2", "mM", "1"), with molar (M,
/// so mM, uM) added. A plain value: once parsed, conversions are arithmetic and safe in any thread.
class Unit {
 public:
  /// The dimensionless unit "1".
  Unit() = default;

  /// Reads `text`. UDUNITS-2 is not thread-safe: parse on the main thread only. Throws
  /// Error{config} that names the text and, where one is near, what was probably meant.
  static Unit parse(std::string_view text);

  /// As it was written, "1" for none.
  const std::string& text() const { return text_; }

  /// The product of base units, the same for all units that can be converted: "A", "kg m2 s-3 A-1".
  const std::string& dimension() const { return dimension_; }

  /// The dimension in the field's words where it has some: "voltage", "current", "concentration";
  /// the base units otherwise.
  std::string dimension_name() const;

  /// A value in this unit is `scale()·value + offset()` in base units; only temperatures have an
  /// offset.
  double scale() const { return scale_; }
  double offset() const { return offset_; }

  friend bool operator==(const Unit&, const Unit&) = default;

 private:
  std::string text_ = "1";
  std::string dimension_ = "1";
  double scale_ = 1.0;
  double offset_ = 0.0;
};

/// Whether values can be converted between the two.
inline bool same_dimension(const Unit& a, const Unit& b) { return a.dimension() == b.dimension(); }

/// `value·factor + shift` turns a value in one unit into the other. Powers of ten come out exact.
struct Conversion {
  double factor = 1.0;
  double shift = 0.0;
  double operator()(double value) const { return value * factor + shift; }
  bool identity() const { return factor == 1.0 && shift == 0.0; }
  friend bool operator==(const Conversion&, const Conversion&) = default;
};

/// From one unit into another. Throws Error{config} naming both dimensions where they differ.
Conversion conversion(const Unit& from, const Unit& to);

/// What a person wrote with its unit: "18 nA", "34 degC".
struct Quantity {
  double value = 0.0;
  Unit unit;
  friend bool operator==(const Quantity&, const Quantity&) = default;
};

/// Reads "18 nA"; a bare number has the unit "1". Main thread only. Throws Error{config} where the
/// text does not begin with a finite number or the unit is unknown.
Quantity parse_quantity(std::string_view text);

/// The value of `text` in `unit`. Throws Error{config} where the unit is missing, unknown or of
/// another dimension; the message names both dimensions and a remedy. Main thread only.
double value_in(std::string_view text, const Unit& unit);

}  // namespace tutti
