// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <map>
#include <vector>

#include "network/model.hpp"
#include "tutti/element_table.hpp"

namespace cell {

/// A model with a seed: where each of its cells is and what its attributes are, and so whom rules
/// choose. The same on every rank.
class Atlas {
 public:
  Atlas(const Model& model, std::uint64_t seed);

  const Model& model() const { return *model_; }
  std::uint64_t seed() const { return seed_; }
  /// Of a cell's soma [um].
  Point position(std::uint64_t gid) const;
  /// How a cell is turned about its soma.
  Rotation rotation(std::uint64_t gid) const;
  /// What formulas read of the cells, by gid.
  const rules::Columns& columns() const { return columns_; }

  /// Tells what an input port's elements are; before its connections are asked for.
  void set_input(std::size_t input, const tutti::ElementTable& elements);
  /// Sources of an input are the places of its elements in ascending order.
  rules::Connections connections(const Projection& projection) const;

  /// The cells that a current goes into.
  tutti::Elements cells_of(const CurrentModel& current) const {
    return chosen({current.to}, current.where, current.name + "/to");
  }
  /// What an electrode does; a formula borrows the atlas.
  point::Current current_of(const CurrentModel& current) const;

  /// Parameters of all point neurons of a population; what is drawn hangs on (seed, names, node).
  /// What changes with time borrows the atlas.
  point::Values values_of(const PopulationModel& population) const;
  /// A number for each cell of a population, drawn under `name`.
  std::vector<double> each(const PopulationModel& population, const std::string& name,
                           const rules::Quantity& quantity) const;

 private:
  void make_columns();
  double one(const PopulationModel& population, const std::string& name,
             const rules::Quantity& quantity, std::uint64_t node) const;
  point::Course course(const PopulationModel& population, const point::Parameter& parameter,
                       const rules::Formula& formula) const;
  void evaluate(const rules::Formula& formula, std::uint64_t stream, double t,
                std::span<const std::uint64_t> gids, std::span<double> values) const;
  tutti::Elements chosen(const std::vector<std::size_t>& populations,
                         const std::optional<rules::Formula>& where,
                         const std::string& stream) const;

  const Model* model_;
  std::uint64_t seed_;
  rules::Columns columns_;
  std::vector<rules::Columns> inputs_;
  std::vector<std::uint64_t> input_sizes_;
};

/// Conditions that choose no cell at all, as warnings.
tutti::config::Problems idle_conditions(const Atlas& atlas);

}  // namespace cell
