// SPDX-License-Identifier: MIT
#pragma once
#include <variant>

#include "sonata/hdf5.hpp"

namespace sonata {

/// A run of consecutive element numbers under one name; node ids count from 0 within it.
struct Population {
  std::string name;
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  bool contains(std::uint64_t element) const { return element - first < count; }
  friend bool operator==(const Population&, const Population&) = default;
};

/// One property of every element: positions, sections, diameters ...
struct TableColumn {
  std::string name;
  std::string unit;
  std::variant<std::vector<double>, std::vector<std::int64_t>> values;
  friend bool operator==(const TableColumn&, const TableColumn&) = default;
};

/// What a recorded port is: its name ("cortex.v"), and what each of its elements is. Rows ascend by
/// element number.
struct PortTable {
  std::string port;
  std::string element_kind;  ///< "neuron", "segment", "electrode", "voxel" ...
  std::vector<std::uint64_t> ids;
  std::vector<Population> populations;
  std::vector<TableColumn> columns;

  /// The values of a whole-number column, or nullptr where it has none of that name.
  const std::vector<std::int64_t>* integers(std::string_view name) const;
  const std::vector<double>* reals(std::string_view name) const;
  /// The population that `element` is in, or nullptr.
  const Population* population_of(std::uint64_t element) const;
  /// The module's name: what stands before the port's first dot.
  std::string module() const { return port.substr(0, port.find('.')); }
  friend bool operator==(const PortTable&, const PortTable&) = default;
};

/// Writes the table as `/tutti/ports/PORT/elements` and gives the group `/tutti/ports/PORT`.
Handle write_port(const File& file, const PortTable& table);

/// The names of the ports that a recording holds, and the table of one of them.
std::vector<std::string> recorded_ports(const File& file);
PortTable read_port(const File& file, const std::string& port);

}  // namespace sonata
