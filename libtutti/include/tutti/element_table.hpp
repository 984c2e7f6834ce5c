// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tutti/elements.hpp"

namespace tutti {

/// A named stretch of element numbers: node `n` of the population is element `first + n`.
struct Population {
  std::string name;
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  friend bool operator==(const Population&, const Population&) = default;
};

/// One property of every element, in the order of ascending element numbers.
struct Column {
  std::string name;
  std::string unit;  // "" where there is none
  std::variant<std::vector<double>, std::vector<std::int64_t>> values;
  friend bool operator==(const Column&, const Column&) = default;
};

/// What the elements of a port are: travels once, at joining, with each output. Consumers take
/// geometry from it and from nowhere else. Columns that have a meaning everywhere (docs/guide):
///   neurons     node, x y z [um]
///   segments    cell, section, segment, swc_type, parent, parent_at, x0 y0 z0 x1 y1 z1 [um],
///               d0 d1 diameter length [um], area [um2], volume [um3]
///   electrodes  channel, x y z [um]
struct ElementTable {
  std::string kind;  // "neuron", "segment", "voxel", "electrode", …
  Elements ids;
  std::vector<Population> populations;
  std::vector<Column> columns;

  /// Sets or replaces a column. Throws Error{protocol} unless there is one value per element.
  void set(std::string name, std::string unit, std::vector<double> values);
  void set(std::string name, std::vector<std::int64_t> values);

  bool has(std::string_view name) const;
  /// A column of numbers; throws Error{config} that names the column and those there are.
  std::span<const double> reals(std::string_view name) const;
  std::span<const std::int64_t> integers(std::string_view name) const;

  /// The same table for some of its elements only. Requires `chosen` to be among ids.
  ElementTable rows(const Elements& chosen) const;

  friend bool operator==(const ElementTable&, const ElementTable&) = default;
};

/// The tables of several ranks or sources as one, ascending; elements must be disjoint and columns
/// the same where a part has any elements. Throws Error{config} that names what does not fit.
ElementTable joined(std::span<const ElementTable> parts);

}  // namespace tutti
