// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tutti/element_table.hpp"

namespace recorder {

/// Which elements of a port are recorded: those that fit everything that is said.
struct Selection {
  std::vector<std::string> populations;     ///< Names; empty: all.
  std::optional<tutti::Elements> nodes;     ///< Numbers within their population.
  std::optional<tutti::Elements> elements;  ///< The port's own numbers.
  std::vector<std::int64_t> swc_types;      ///< Of segments; empty: all.
  bool everything() const {
    return populations.empty() && !nodes && !elements && swc_types.empty();
  }
};

/// "7" or "0..99", both ends included. Throws Error{config}.
tutti::Elements parse_range(std::string_view text);

/// SWC's number of "soma", "axon", "dend" or "apic".
std::int64_t swc_type(std::string_view name);

/// The node of each element within its population: by the column `node`, by `cell` counted from the
/// population's first, or by the element's own number.
std::vector<std::int64_t> nodes_of(const tutti::ElementTable& table);

/// The part of a port's table that is recorded. It gets columns `node` and, for segments,
/// `element_pos` of the whole table, so that what is selected keeps its names and places. Throws
/// Error{config} naming `port` where nothing is left, or a population does not exist.
tutti::ElementTable selected(const tutti::ElementTable& table, const Selection& selection,
                             const std::string& port);

}  // namespace recorder
