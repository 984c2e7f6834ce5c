// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "tutti/plan/graph.hpp"
#include "tutti/plan/planner.hpp"
#include "tutti/time.hpp"

/// Playing the clocks of a graph: whoever can go on, goes on. Exact, and as slow as the hyperperiod
/// (the least common multiple of steps and intervals) is long.
namespace tutti::plan {

/// How many steps all modules together make in one hyperperiod; infinite where it is out of range.
double hyperperiod_steps(const Graph& graph, const std::vector<EdgePlan>& plan);

/// Plays one hyperperiod and its run-in, with no end in sight and with `credits` as they are (0:
/// unbounded). Returns the edges of a loop that waits for itself, or none. Requires a hyperperiod
/// that one can wait for.
std::optional<std::vector<std::size_t>> find_deadlock(const Graph& graph,
                                                      const std::vector<EdgePlan>& plan);

/// One frame per source step and no credits: the plan with which a graph runs, if any.
std::vector<EdgePlan> one_step_plan(const Graph& graph);

}  // namespace tutti::plan
