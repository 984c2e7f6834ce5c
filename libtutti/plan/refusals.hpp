// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <vector>

#include "components.hpp"
#include "tutti/plan/planner.hpp"

namespace tutti::plan {

/// How one component runs with one-step frames: by sum, by playing, or not at all.
struct Verdict {
  bool runs = true;
  Proof proof = Proof::sum;
  std::vector<std::size_t> loop;  ///< of edges, where it does not run
};

/// Decides whether everybody in `part` can go on for ever. `part` is strongly connected.
Verdict judge(const Graph& part, const Limits& limits);

/// What would mend a component that does not run, in the numbers of the whole graph.
Refusal refuse(const Graph& graph, const Component& component, const Limits& limits);

}  // namespace tutti::plan
