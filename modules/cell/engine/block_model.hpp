// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "engine/simd.hpp"
#include "engine/type_model.hpp"

namespace cell::engine {

/// What the kernels need to know of the cells that share a block: of one type, whose numbers are
/// the same in all lanes, or of up to eight types side by side, each with its own tree.
class BlockModel {
 public:
  /// `type` must live as long as this.
  explicit BlockModel(const TypeModel& type);
  /// One type for each lane; where there are fewer, the first one fills up. They must agree in
  /// shares_with().
  explicit BlockModel(const std::vector<const TypeModel*>& types);
  BlockModel(const BlockModel&) = delete;
  BlockModel& operator=(const BlockModel&) = delete;

  const TypeTables& tables() const { return tables_; }
  const TypeModel& type(int lane) const { return *types_[static_cast<std::size_t>(lane)]; }
  /// Where the kernels have a node of the cell in a lane.
  int row(int lane, int node) const {
    return tables_.per_lane ? rows_[static_cast<std::size_t>(lane)][static_cast<std::size_t>(node)]
                            : node;
  }
  /// The rows of a lane's segments. Of one type they are the same in all lanes.
  std::span<const int> segment_rows(int lane) const {
    return segment_rows_[tables_.per_lane ? static_cast<std::size_t>(lane) : 0];
  }
  const MechanismEntry& entry(std::size_t mechanism) const;
  /// Constants with which a few steps of gates lead to their steady state.
  const double* settled(std::size_t mechanism) const { return settled_[mechanism]; }
  /// The value of a mechanism's first parameter in a lane, and how far apart the others are.
  const double* parameters(std::size_t mechanism, int entry, int lane) const;
  int parameter_stride() const { return tables_.per_lane ? lanes : 1; }

 private:
  /// A mechanism of several types under way to a table.
  struct Merged;

  void place_segments();
  void place_rows();
  void fill_rows();
  void choose_parents();
  void merge_mechanisms();
  void add_table(const Merged& merged);

  std::array<const TypeModel*, lanes> types_;
  TypeTables tables_;
  std::array<std::vector<int>, lanes> rows_;  // by node
  std::array<std::vector<int>, lanes> segment_rows_;
  std::vector<int> parent_, lane_parent_, calcium_rows_;
  std::vector<unsigned char> odd_;
  std::vector<double> axial_, joined_, diagonal_, capacity_, leak_, per_area_;
  std::vector<MechanismTable> mechanisms_;
  std::vector<const double*> settled_;
  std::vector<std::vector<int>> entry_rows_;
  std::vector<std::vector<double>> parameters_, present_;
};

}  // namespace cell::engine
