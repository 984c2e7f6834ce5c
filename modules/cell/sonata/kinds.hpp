// SPDX-License-Identifier: MIT
#pragma once
#include <map>

#include "sonata/attributes.hpp"
#include "sonata/build.hpp"

namespace cell::circuit {

/// Makes the kinds of cells that the nodes of a circuit are: one for all nodes that say the same.
class Kinds {
 public:
  Kinds(const Config& config, const Habits& habits, std::vector<CellModel>& cells);

  /// The place of a node's kind among the cells. Throws Error{config}.
  std::size_t of(const NodePopulation& population, std::size_t node);

 private:
  void biophysical(const Attributes& a, std::size_t node, CellModel& cell) const;
  void point(const Attributes& a, std::size_t node, CellModel& cell) const;
  CellModel written(const Attributes& a, std::size_t node, const std::string& file) const;
  std::filesystem::path component(const std::string& folder, const std::string& file) const;

  const Config* config_;
  const Habits* habits_;
  std::vector<CellModel>* cells_;
  std::map<std::string, std::size_t> known_;
  std::map<std::string, std::vector<std::string>> own_parameters_;  // by population
};

}  // namespace cell::circuit
