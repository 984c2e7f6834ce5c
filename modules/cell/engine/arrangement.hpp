// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <vector>

#include "engine/type_model.hpp"

namespace cell::engine {

/// Cells that share a block, in the order of its lanes.
struct Company {
  std::vector<std::uint32_t> cells;
  bool one_type = true;  ///< Or several, side by side.
};

/// Deals cells, whose types are given, to blocks of at most eight. Cells of one type fill blocks of
/// their own; those left over join others of about their size. Nothing that a cell computes depends
/// on it.
std::vector<Company> arrange(const std::vector<const TypeModel*>& type_of);

}  // namespace cell::engine
