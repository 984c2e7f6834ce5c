// SPDX-License-Identifier: MIT
#pragma once
#include <array>

#include "engine/block_model.hpp"

namespace cell::engine {

/// What flows into each row of a block along the cable [nA]. `v` and `flows` are [row][lanes]. The
/// same bits on every instruction set.
void find_flows(const TypeTables& tables, const double* v, double* flows);

/// Deals values out to cells: from [row][lanes] to one array of its segments for each lane, or to
/// nobody where that is null.
void deal_out(const BlockModel& model, const double* values, const std::array<double*, lanes>& to);
/// The same, narrowed.
void deal_out(const BlockModel& model, const double* values, const std::array<float*, lanes>& to);

}  // namespace cell::engine
