// SPDX-License-Identifier: MIT
#pragma once
#include <vector>

#include "engine/aligned.hpp"
#include "engine/block_model.hpp"
#include "engine/kernel.hpp"

namespace cell::engine {

/// The parameters of one block whose cells no longer have those of their type: the tables of its
/// model, with numbers of its own in every lane.
class OwnParameters {
 public:
  /// Everything as the model says it, which must live as long as this.
  explicit OwnParameters(const BlockModel& model);
  OwnParameters(const OwnParameters&) = delete;
  OwnParameters& operator=(const OwnParameters&) = delete;

  const TypeTables& tables() const { return tables_; }
  /// A parameter (by its place) of mechanism `kind` in a lane at a row from now on, as kernels take
  /// it: of that membrane, not of an area. Nothing where the mechanism is not there.
  void set(int kind, int parameter, int lane, int row, double value);

 private:
  struct Own {
    AlignedArray parameters, present;  // [count][parameters][lanes], [count][lanes]
    std::vector<int> entry;            // by row, -1 where there is none
  };
  void copy(std::size_t mechanism);

  const BlockModel& model_;
  TypeTables tables_;
  std::vector<MechanismTable> mechanisms_;
  std::vector<Own> own_;  // by mechanism; without memory before the first use
};

}  // namespace cell::engine
