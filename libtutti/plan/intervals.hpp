// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <vector>

#include "turns.hpp"
#include "tutti/plan/graph.hpp"

namespace tutti::plan {

/// Exchange intervals inside a strongly connected `part` that runs by sums: few frames, none longer
/// than its `longest`, and no worse a pace than one-step frames have. `pace` is that pace.
std::vector<Duration> loop_intervals(const Graph& part, const std::vector<Duration>& longest,
                                     const Pace& pace);

}  // namespace tutti::plan
