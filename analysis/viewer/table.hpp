// SPDX-License-Identifier: MIT
#pragma once
#include "sonata/port_table.hpp"
#include "tutti/element_table.hpp"

namespace viewer {

/// A recorded port's table as the rest of Tutti knows it.
tutti::ElementTable table_of(const sonata::PortTable& recorded);

}  // namespace viewer
