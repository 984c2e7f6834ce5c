// SPDX-License-Identifier: MIT
#include "sonata/report_layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "sonata/record_file.hpp"

namespace sonata {
namespace {

std::vector<Population> populations_or_module(const PortTable& table) {
  if (!table.populations.empty() || table.ids.empty()) return table.populations;
  return {{table.module(), 0, table.ids.back() + 1}};
}

std::vector<std::size_t> rows_of(const PortTable& table, const Population& population) {
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < table.ids.size(); ++row)
    if (population.contains(table.ids[row])) rows.push_back(row);
  return rows;
}

/// The node id of each of `rows`.
std::vector<std::uint64_t> nodes_of(const PortTable& table, const Population& population,
                                    const std::vector<std::size_t>& rows) {
  std::vector<std::uint64_t> nodes(rows.size(), 0);
  if (table.element_kind == "electrode") return nodes;
  const auto* node = table.integers("node");
  const auto* cell = table.integers("cell");
  std::int64_t first_cell = 0;
  if (node == nullptr && cell != nullptr && !rows.empty())
    first_cell =
        (*cell)[*std::ranges::min_element(rows, {}, [&](auto row) { return (*cell)[row]; })];
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (node != nullptr)
      nodes[i] = static_cast<std::uint64_t>((*node)[rows[i]]);
    else if (cell != nullptr)
      nodes[i] = static_cast<std::uint64_t>((*cell)[rows[i]] - first_cell);
    else
      nodes[i] = table.ids[rows[i]] - population.first;
  }
  return nodes;
}

std::vector<std::uint32_t> element_ids(const PortTable& table) {
  std::vector<std::uint32_t> ids(table.ids.size(), 0);
  const auto* column = table.integers("section");
  if (table.element_kind == "electrode") {
    std::iota(ids.begin(), ids.end(), 0U);
    column = table.integers("channel");
  }
  if (column != nullptr)
    std::ranges::transform(*column, ids.begin(),
                           [](std::int64_t id) { return static_cast<std::uint32_t>(id); });
  return ids;
}

ReportLayout layout_of(const PortTable& table, const Population& population,
                       const std::vector<double>& positions,
                       const std::vector<std::uint32_t>& ids) {
  ReportLayout layout{path_name(population.name), {}, {}, {}, {}, {}};
  const auto rows = rows_of(table, population);
  const auto nodes = nodes_of(table, population, rows);
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return nodes[i]; });
  for (const std::size_t i : order) {
    if (layout.node_ids.empty() || layout.node_ids.back() != nodes[i]) {
      layout.node_ids.push_back(nodes[i]);
      layout.index_pointers.push_back(layout.rows.size());
    }
    layout.rows.push_back(rows[i]);
    layout.element_ids.push_back(ids[rows[i]]);
    layout.element_pos.push_back(static_cast<float>(positions[rows[i]]));
  }
  layout.index_pointers.push_back(layout.rows.size());
  return layout;
}

}  // namespace

std::vector<double> positions_along_sections(const PortTable& table) {
  const auto* section = table.integers("section");
  const auto* cell = table.integers("cell");
  const auto* length = table.reals("length");
  if (const auto* known = table.reals("element_pos")) return *known;
  std::vector<double> positions(table.ids.size(), 0.5);
  if (section == nullptr) return positions;
  std::map<std::pair<std::int64_t, std::int64_t>, std::vector<std::size_t>> sections;
  for (std::size_t row = 0; row < table.ids.size(); ++row)
    sections[{cell != nullptr ? (*cell)[row] : 0, (*section)[row]}].push_back(row);
  const auto* segment = table.integers("segment");
  const auto length_of = [&](std::size_t row) { return length != nullptr ? (*length)[row] : 1.0; };
  for (auto& [key, rows] : sections) {
    if (segment != nullptr)
      std::ranges::stable_sort(rows, {}, [&](auto row) { return (*segment)[row]; });
    double total = 0;
    for (const std::size_t row : rows) total += length_of(row);
    double before = 0;
    for (const std::size_t row : rows) {
      if (total > 0) positions[row] = (before + length_of(row) / 2) / total;
      before += length_of(row);
    }
  }
  return positions;
}

std::vector<ReportLayout> report_layouts(const PortTable& table) {
  for (const TableColumn& column : table.columns)
    std::visit(
        [&](const auto& values) {
          if (values.size() != table.ids.size())
            throw Error{fmt::format("{}: column {} has {} values for {} elements", table.port,
                                    column.name, values.size(), table.ids.size())};
        },
        column.values);
  const auto positions = positions_along_sections(table);
  const auto ids = element_ids(table);
  std::vector<ReportLayout> layouts;
  std::size_t columns = 0;
  for (const Population& population : populations_or_module(table)) {
    layouts.push_back(layout_of(table, population, positions, ids));
    columns += layouts.back().rows.size();
    if (layouts.back().rows.empty()) layouts.pop_back();
  }
  if (columns != table.ids.size())
    throw Error{fmt::format("{}: {} of its {} elements are in a population; each must be in one",
                            table.port, columns, table.ids.size())};
  return layouts;
}

}  // namespace sonata
