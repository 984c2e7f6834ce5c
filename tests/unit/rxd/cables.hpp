// SPDX-License-Identifier: MIT
#pragma once
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <numbers>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "solver/cable.hpp"

namespace test {

/// Appends a cylinder of `count` segments along x, attached to the far end of `parent` (-1: a
/// root); gives the index of its last segment.
inline std::ptrdiff_t add_cylinder(std::vector<rxd::Segment>& to, std::size_t count, double length,
                                   double diameter, std::ptrdiff_t parent = -1,
                                   double parent_at = 1) {
  const double part = length / static_cast<double>(count);
  for (std::size_t i = 0; i < count; ++i) {
    rxd::Segment s;
    s.length = part;
    s.d0 = s.d1 = diameter;
    s.volume = std::numbers::pi / 4 * diameter * diameter * part;
    s.area = std::numbers::pi * diameter * part;
    s.parent = parent;
    s.parent_at = i == 0 ? parent_at : 1;
    s.centre = {(static_cast<double>(i) + 0.5) * part, 0, 0};
    parent = static_cast<std::ptrdiff_t>(to.size());
    to.push_back(s);
  }
  return parent;
}

inline std::vector<rxd::Segment> cylinder(std::size_t count, double length, double diameter) {
  std::vector<rxd::Segment> all;
  add_cylinder(all, count, length, diameter);
  return all;
}

/// Columns of a CSV file of numbers, by the names in its first line.
inline std::map<std::string, std::vector<double>> read_columns(const std::filesystem::path& path) {
  std::ifstream in{path};
  if (!in) throw std::runtime_error{"cannot read " + path.string()};
  std::string line;
  std::getline(in, line);
  std::vector<std::string> names;
  std::map<std::string, std::vector<double>> columns;
  std::stringstream header{line};
  for (std::string name; std::getline(header, name, ',');) names.push_back(name);
  while (std::getline(in, line)) {
    std::stringstream row{line};
    for (const auto& name : names) {
      std::string cell;
      std::getline(row, cell, ',');
      columns[name].push_back(std::stod(cell));
    }
  }
  return columns;
}

inline double total(const rxd::Cable& cable, std::initializer_list<std::size_t> variables) {
  double sum = 0;
  for (const auto k : variables) sum += cable.amount(k);
  return sum;
}

}  // namespace test
