// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <optional>
#include <vector>

#include "tutti/plan/graph.hpp"

namespace tutti::plan {

/// The loop of a graph that is closest to waiting for itself.
struct TightLoop {
  Duration slack;                  ///< by how much its delays could shrink
  std::vector<std::size_t> edges;  ///< each one's target is the next one's source
};

/// Looks at one-step frames, so that it says something about the model and not about a plan. None
/// where no loop is proved by a sum, or where there are too many modules to look at all pairs.
std::optional<TightLoop> tightest_loop(const Graph& part);

}  // namespace tutti::plan
