// SPDX-License-Identifier: MIT
#include "selection.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "port_tables.hpp"
#include "sonata/report_layout.hpp"
#include "tutti/error.hpp"

namespace recorder {

using tutti::Elements;
using tutti::Error;
using tutti::Fault;

namespace {

std::uint64_t parse_number(std::string_view text, std::string_view whole) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size())
    throw Error{Fault::config, "\"{}\" where a number like 7 or a range like 0..99 is needed",
                whole};
  return value;
}

/// The population that an element is in, or nullptr.
const tutti::Population* population_of(const tutti::ElementTable& table, std::uint64_t element) {
  for (const auto& p : table.populations)
    if (element - p.first < p.count) return &p;
  return nullptr;
}

void check_names(const tutti::ElementTable& table, const Selection& selection,
                 const std::string& port) {
  for (const auto& name : selection.populations) {
    std::string known;
    for (const auto& p : table.populations) known += (known.empty() ? "" : ", ") + p.name;
    if (std::ranges::find(table.populations, name, &tutti::Population::name) ==
        table.populations.end())
      throw Error{Fault::config, "record: {} has no population \"{}\"; it has {}", port, name,
                  known.empty() ? "none" : known};
  }
  if (!selection.swc_types.empty() && !table.has("swc_type"))
    throw Error{Fault::config,
                "record: {} has {}s, and sections: is for segments; take it out of the entry", port,
                table.kind};
}

}  // namespace

Elements parse_range(std::string_view text) {
  const auto dots = text.find("..");
  if (dots == std::string_view::npos) return Elements::range(parse_number(text, text), 1);
  const auto first = parse_number(text.substr(0, dots), text);
  const auto last = parse_number(text.substr(dots + 2), text);
  if (last < first)
    throw Error{Fault::config, "\"{}\" ends before it begins; write the smaller number first",
                text};
  return Elements::range(first, last - first + 1);
}

std::int64_t swc_type(std::string_view name) {
  constexpr std::string_view names[] = {"soma", "axon", "dend", "apic"};
  return std::ranges::find(names, name) - std::begin(names) + 1;
}

std::vector<std::int64_t> nodes_of(const tutti::ElementTable& table) {
  if (table.has("node")) {
    const auto nodes = table.integers("node");
    return {nodes.begin(), nodes.end()};
  }
  std::vector<std::int64_t> nodes(table.ids.size());
  const bool cells = table.has("cell");
  for (const auto& population : table.populations) {
    std::int64_t first = std::numeric_limits<std::int64_t>::max();
    const auto number = [&](std::uint64_t element, std::size_t row) {
      return cells ? table.integers("cell")[row] : static_cast<std::int64_t>(element);
    };
    const auto visit = [&](auto use) {
      std::size_t row = 0;
      table.ids.for_each([&](std::uint64_t element) {
        if (element - population.first < population.count) use(row, number(element, row));
        ++row;
      });
    };
    if (cells)
      visit([&](std::size_t, std::int64_t cell) { first = std::min(first, cell); });
    else
      first = static_cast<std::int64_t>(population.first);
    visit([&](std::size_t row, std::int64_t cell) { nodes[row] = cell - first; });
  }
  return nodes;
}

tutti::ElementTable selected(const tutti::ElementTable& table, const Selection& selection,
                             const std::string& port) {
  if (selection.everything()) return table;
  check_names(table, selection, port);
  auto whole = table;
  const auto nodes = nodes_of(table);
  whole.set("node", nodes);
  if (table.has("section")) {
    const auto places = sonata::positions_along_sections(port_table(port, table));
    whole.set("element_pos", "", {places.begin(), places.end()});
  }
  const auto among = [](const auto& list, const auto& value) {
    return list.empty() || std::ranges::find(list, value) != list.end();
  };
  std::vector<std::uint64_t> chosen;
  std::size_t row = 0;
  table.ids.for_each([&](std::uint64_t element) {
    const auto* population = population_of(table, element);
    const bool fits =
        among(selection.populations, population ? population->name : std::string{}) &&
        (!selection.nodes || selection.nodes->contains(static_cast<std::uint64_t>(nodes[row]))) &&
        (!selection.elements || selection.elements->contains(element)) &&
        (selection.swc_types.empty() ||
         among(selection.swc_types, table.integers("swc_type")[row]));
    if (fits) chosen.push_back(element);
    ++row;
  });
  if (chosen.empty())
    throw Error{Fault::config, "record: nothing of {} fits the selection; it has {} elements", port,
                table.ids.size()};
  auto part = whole.rows(Elements::of(std::move(chosen)));
  std::erase_if(part.populations,
                [&](const auto& p) { return !among(selection.populations, p.name); });
  return part;
}

}  // namespace recorder
