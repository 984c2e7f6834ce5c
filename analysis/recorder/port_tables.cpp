// SPDX-License-Identifier: MIT
#include "port_tables.hpp"

namespace recorder {

sonata::PortTable port_table(const std::string& port, const tutti::ElementTable& table) {
  sonata::PortTable result{port, table.kind, table.ids.numbers(), {}, {}};
  for (const auto& population : table.populations)
    result.populations.push_back({population.name, population.first, population.count});
  for (const auto& column : table.columns)
    result.columns.push_back({column.name, column.unit, column.values});
  return result;
}

}  // namespace recorder
