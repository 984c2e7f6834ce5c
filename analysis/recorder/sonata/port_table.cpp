// SPDX-License-Identifier: MIT
#include "sonata/port_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sonata/record_file.hpp"

namespace sonata {
namespace {

template <typename T>
const std::vector<T>* column(const PortTable& table, std::string_view name) {
  for (const TableColumn& entry : table.columns)
    if (entry.name == name) return std::get_if<std::vector<T>>(&entry.values);
  return nullptr;
}

std::string group_name(const std::string& port) { return "tutti/ports/" + path_name(port); }

TableColumn read_column(const File& file, hid_t group, const std::string& name) {
  const Handle set = open_dataset(file, group, name);
  TableColumn result{name, read_text_attribute(file, set.get(), "units"), {}};
  const Handle type{H5Dget_type(set.get()), H5Tclose};
  if (H5Tget_class(type.get()) == H5T_FLOAT)
    result.values = read_all<double>(file, group, name);
  else
    result.values = read_all<std::int64_t>(file, group, name);
  return result;
}

}  // namespace

const std::vector<std::int64_t>* PortTable::integers(std::string_view name) const {
  return column<std::int64_t>(*this, name);
}

const std::vector<double>* PortTable::reals(std::string_view name) const {
  return column<double>(*this, name);
}

const Population* PortTable::population_of(std::uint64_t element) const {
  const auto found = std::ranges::find_if(
      populations, [&](const Population& population) { return population.contains(element); });
  return found != populations.end() ? &*found : nullptr;
}

Handle write_port(const File& file, const PortTable& table) {
  Handle port = make_group(file, file.id.get(), group_name(table.port));
  write_attribute(file, port.get(), "port", table.port);
  write_attribute(file, port.get(), "element", table.element_kind);
  const Handle elements = make_group(file, port.get(), "elements");
  write_fixed<std::uint64_t>(file, elements.get(), "ids", table.ids);
  const Handle populations = make_group(file, elements.get(), "populations");
  for (const Population& population : table.populations) {
    const Handle group = make_group(file, populations.get(), path_name(population.name));
    write_scalar_attribute(file, group.get(), "first", population.first);
    write_scalar_attribute(file, group.get(), "count", population.count);
  }
  const Handle columns = make_group(file, elements.get(), "columns");
  for (const TableColumn& entry : table.columns) {
    std::visit(
        [&](const auto& values) {
          using Value = typename std::decay_t<decltype(values)>::value_type;
          write_fixed<Value>(file, columns.get(), path_name(entry.name), values);
        },
        entry.values);
    const Handle set = open_dataset(file, columns.get(), path_name(entry.name));
    write_attribute(file, set.get(), "units", entry.unit);
  }
  return port;
}

std::vector<std::string> recorded_ports(const File& file) {
  if (!exists(file, file.id.get(), "tutti/ports")) return {};
  const Handle group = open_group(file, file.id.get(), "tutti/ports");
  std::vector<std::string> names;
  for (const std::string& name : children(file, group.get(), H5O_TYPE_GROUP)) {
    const Handle port = open_group(file, group.get(), name);
    names.push_back(read_text_attribute(file, port.get(), "port"));
  }
  return names;
}

PortTable read_port(const File& file, const std::string& port) {
  if (!exists(file, file.id.get(), group_name(port)))
    throw Error{fmt::format("{}: holds no port {}; it holds: {}", file.name, port,
                            fmt::join(recorded_ports(file), ", "))};
  const Handle group = open_group(file, file.id.get(), group_name(port));
  PortTable table{port, read_text_attribute(file, group.get(), "element"), {}, {}, {}};
  table.ids = read_all<std::uint64_t>(file, group.get(), "elements/ids");
  const Handle populations = open_group(file, group.get(), "elements/populations");
  for (const std::string& name : children(file, populations.get(), H5O_TYPE_GROUP)) {
    const Handle entry = open_group(file, populations.get(), name);
    const auto number = [&](const char* attribute) {
      return static_cast<std::uint64_t>(read_integer_attribute(file, entry.get(), attribute, 0));
    };
    table.populations.push_back({name, number("first"), number("count")});
  }
  std::ranges::sort(table.populations, {}, &Population::first);
  const Handle columns = open_group(file, group.get(), "elements/columns");
  for (const std::string& name : children(file, columns.get(), H5O_TYPE_DATASET))
    table.columns.push_back(read_column(file, columns.get(), name));
  return table;
}

}  // namespace sonata
