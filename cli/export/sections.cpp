// SPDX-License-Identifier: MIT
#include "sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace tutti::cli {
namespace {

using Json = nlohmann::ordered_json;

/// The columns that make up a shape; nothing where one is missing.
struct Shapes {
  const std::vector<std::int64_t>*cell, *section, *type, *parent;
  const std::vector<double>*parent_at, *length, *diameter;
  const std::vector<double>*x0, *y0, *z0, *d0, *x1, *y1, *z1, *d1;

  explicit Shapes(const sonata::PortTable& t)
      : cell{t.integers("cell")},
        section{t.integers("section")},
        type{t.integers("swc_type")},
        parent{t.integers("parent")},
        parent_at{t.reals("parent_at")},
        length{t.reals("length")},
        diameter{t.reals("diameter")},
        x0{t.reals("x0")},
        y0{t.reals("y0")},
        z0{t.reals("z0")},
        d0{t.reals("d0")},
        x1{t.reals("x1")},
        y1{t.reals("y1")},
        z1{t.reals("z1")},
        d1{t.reals("d1")} {}
  bool complete() const {
    for (const auto* whole : {cell, section, type, parent})
      if (whole == nullptr) return false;
    for (const auto* real : {parent_at, length, diameter, x0, y0, z0, d0, x1, y1, z1, d1})
      if (real == nullptr) return false;
    return true;
  }
};

/// A stretch of rows that are one section's.
struct Section {
  std::string name;
  std::size_t first = 0, last = 0;
};

const char* kind_of(std::int64_t swc_type) {
  switch (swc_type) {
    case 1:
      return "soma";
    case 2:
      return "axon";
    case 4:
      return "apic";
    default:
      return "dend";
  }
}

Json geometry(const Shapes& s, const Section& section) {
  Json points = Json::array();
  points.push_back({(*s.x0)[section.first], (*s.y0)[section.first], (*s.z0)[section.first],
                    (*s.d0)[section.first]});
  double length = 0, wide = 0;
  for (auto row = section.first; row < section.last; ++row) {
    points.push_back({(*s.x1)[row], (*s.y1)[row], (*s.z1)[row], (*s.d1)[row]});
    length += (*s.length)[row];
    wide += (*s.length)[row] * (*s.diameter)[row];
  }
  return {{"L", length},
          {"diam", length > 0 ? wide / length : (*s.diameter)[section.first]},
          {"nseg", section.last - section.first},
          {"pt3d", std::move(points)}};
}

/// All sections of one cell, rows [first, last).
Json sections(const sonata::PortTable& table, const Shapes& s, std::size_t first,
              std::size_t last) {
  std::vector<Section> found;
  std::map<std::string, int> count;
  for (auto row = first; row < last; ++row) {
    if (row > first && (*s.section)[row] == (*s.section)[row - 1]) {
      found.back().last = row + 1;
      continue;
    }
    const std::string kind = kind_of((*s.type)[row]);
    found.push_back({fmt::format("{}_{}", kind, count[kind]++), row, row + 1});
  }
  Json result = Json::object();
  for (const auto& section : found) {
    Json told{{"geom", geometry(s, section)}, {"mechs", Json::object()}};
    const auto parent = (*s.parent)[section.first];
    const auto at = std::ranges::lower_bound(table.ids, static_cast<std::uint64_t>(parent));
    const auto row = static_cast<std::size_t>(at - table.ids.begin());
    if (parent >= 0 && at != table.ids.end() && *at == static_cast<std::uint64_t>(parent))
      for (const auto& above : found)
        if (row >= above.first && row < above.last) {
          const auto place = static_cast<double>(row - above.first) + (*s.parent_at)[section.first];
          told["topol"] = {{"parentSec", above.name},
                           {"parentX", place / static_cast<double>(above.last - above.first)},
                           {"childX", 0.0}};
        }
    result[section.name] = std::move(told);
  }
  return result;
}

}  // namespace

std::pair<std::string, double> CellSections::place_of(std::uint64_t segment) const {
  if (!whole) return {};
  for (const auto& [name, section] : told.items()) {
    const auto count = section["geom"]["nseg"].get<std::uint64_t>();
    if (segment < count)
      return {name, (static_cast<double>(segment) + 0.5) / static_cast<double>(count)};
    segment -= count;
  }
  return {};
}

std::map<std::uint64_t, CellSections> sections_of(const RecordedRun& run) {
  std::map<std::string, const RecordedSignal*> most;  // by module
  for (const auto& signal : run.signals) {
    if (signal.table.element_kind != "segment" || !Shapes{signal.table}.complete()) continue;
    auto& best = most[signal.table.module()];
    if (best == nullptr || signal.table.ids.size() > best->table.ids.size()) best = &signal;
  }
  std::map<std::uint64_t, CellSections> all;
  for (const auto& [module, signal] : most) {
    const Shapes shapes{signal->table};
    const sonata::ReportReader reader{signal->file};
    std::uint64_t there_are = 0;
    for (const auto& p : signal->table.populations) there_are += p.count;
    const bool whole = signal->table.ids.size() == there_are;
    for (const auto& report : reader.reports()) {
      const auto* population = run.find(module, report.population);
      const auto of = std::ranges::find(signal->table.populations, report.population,
                                        &sonata::Population::name);
      if (population == nullptr || of == signal->table.populations.end()) continue;
      // Columns of the report are the population's rows, in order.
      const auto start = static_cast<std::size_t>(
          std::ranges::lower_bound(signal->table.ids, of->first) - signal->table.ids.begin());
      for (std::size_t n = 0; n < report.node_ids.size(); ++n)
        all.emplace(population->first + report.node_ids[n],
                    CellSections{sections(signal->table, shapes, start + report.index_pointers[n],
                                          start + report.index_pointers[n + 1]),
                                 whole});
    }
  }
  return all;
}

}  // namespace tutti::cli
