// SPDX-License-Identifier: MIT
#pragma once
#include "sonata/port_table.hpp"

namespace sonata {

/// How the elements of one population become the columns of a SONATA report: grouped by node.
struct ReportLayout {
  std::string population;
  std::vector<std::size_t> rows;  ///< Row of the element table that each column shows.
  std::vector<std::uint64_t> node_ids;
  std::vector<std::uint64_t> index_pointers;  ///< [nodes + 1]: node i has columns [i, i + 1).
  std::vector<std::uint32_t> element_ids;     ///< [columns]
  std::vector<float> element_pos;             ///< [columns]
};

/// The middle of each segment along its section [0 to 1], by length where the table has it; the
/// column `element_pos` where it has that, and 0.5 where it has no sections.
std::vector<double> positions_along_sections(const PortTable& table);

/// One layout per population of the table that has elements in it.
/// - segments: node by `node`, or by `cell` counted from the population's first cell; element_id is
///   the section, element_pos the segment's middle along it (0 to 1);
/// - electrodes: one node 0, element_id is the channel or else the position in the table;
/// - anything else: one element per node, element_id 0 and element_pos 0.5, as in a soma report.
std::vector<ReportLayout> report_layouts(const PortTable& table);

}  // namespace sonata
