// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <vector>

#include "components.hpp"
#include "tutti/plan/planner.hpp"

namespace tutti::plan {

/// Per edge the fewest credits with which, whatever the others have from here upwards, nobody can
/// wait for ever. `played` are the components that sums do not prove; all edges of them have
/// intervals of one step, with which they are known to run.
std::vector<std::int64_t> least_credits(const Graph& graph, const std::vector<Duration>& intervals,
                                        const std::vector<Component>& played);

/// Fills credits, batches and memory bounds of a plan whose intervals stand.
void plan_credits(const Graph& graph, const Limits& limits, const std::vector<Component>& played,
                  std::vector<EdgePlan>& plan);

}  // namespace tutti::plan
