// SPDX-License-Identifier: MIT
#pragma once
#include <string>

#include "sonata/port_table.hpp"
#include "tutti/element_table.hpp"

namespace recorder {

/// The element table of `port` as the file library knows it.
sonata::PortTable port_table(const std::string& port, const tutti::ElementTable& table);

}  // namespace recorder
