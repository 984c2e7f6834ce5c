// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "engine/population.hpp"
#include "morphology/stylised.hpp"

/// What the tests of the cable solver share: the cells of the reference solutions, and their
/// tables.
namespace model {

using namespace cell;
using namespace cell::engine;

/// All segments of the sections of one type.
inline std::vector<int> segments_of(const Cable& cable, int type) {
  std::vector<int> list;
  for (std::size_t i = 0; i < cable.segments.size(); ++i)
    if (cable.segments[i].type == type) list.push_back(static_cast<int>(i));
  return list;
}

inline CellType make_type(const std::vector<Stylised>& sections, double Ra = 100) {
  const auto morphology = make_stylised(sections, "test");
  std::vector<int> nseg;
  for (const auto& s : morphology.sections) nseg.push_back(s.nseg);
  CellType type;
  type.cable = make_cable(morphology, nseg, std::vector<double>(nseg.size(), Ra));
  type.cm.assign(type.cable.segments.size(), 1.0);
  return type;
}

/// Reference 01: one compartment with hh.
inline CellType hh_cell() {
  auto type = make_type({{"soma", soma, 20, 20, "", 0, {}, 1, 0, 0}});
  type.mechanisms = {{"hh", {0}, {}}};
  return type;
}

/// Reference 02: ball and stick.
inline CellType ball_and_stick(int nseg, double length = 200) {
  auto type = make_type({{"soma", soma, 12.6157, 12.6157, "", 0, {}, 1, 0, 0},
                         {"dend", dend, length, 1, "soma", 1, {}, nseg, 0, 0}});
  type.mechanisms = {{"hh", segments_of(type.cable, soma), {}},
                     {"pas", segments_of(type.cable, dend), {{"g", 0.001}, {"e", -65}}}};
  return type;
}

/// A table of numbers with a line of names above it.
struct Table {
  std::vector<std::string> names;
  std::vector<std::vector<double>> rows;
};

inline Table read_csv(const std::filesystem::path& path) {
  std::ifstream file{path};
  if (!file) throw std::runtime_error{"cannot read " + path.string()};
  Table table;
  std::string line, word;
  std::getline(file, line);
  for (std::istringstream head{line}; std::getline(head, word, ',');) table.names.push_back(word);
  while (std::getline(file, line)) {
    table.rows.emplace_back();
    for (std::istringstream row{line}; std::getline(row, word, ',');)
      table.rows.back().push_back(std::stod(word));
  }
  return table;
}

/// v of some segments of cell 0.
inline std::vector<double> voltages(const Population& population, const std::vector<int>& segments,
                                    std::uint32_t cell = 0) {
  std::vector<double> all(population.type(cell).cable.segments.size()), chosen;
  population.read(Quantity::v, cell, all);
  for (const int s : segments) chosen.push_back(all[static_cast<std::size_t>(s)]);
  return chosen;
}

}  // namespace model
