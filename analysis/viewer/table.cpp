// SPDX-License-Identifier: MIT
#include "table.hpp"

namespace viewer {

tutti::ElementTable table_of(const sonata::PortTable& recorded) {
  tutti::ElementTable table;
  table.kind = recorded.element_kind;
  table.ids = tutti::Elements::of(recorded.ids);
  for (const auto& p : recorded.populations)
    table.populations.push_back({p.name, p.first, p.count});
  for (const auto& column : recorded.columns)
    table.columns.push_back({column.name, column.unit, column.values});
  return table;
}

}  // namespace viewer
