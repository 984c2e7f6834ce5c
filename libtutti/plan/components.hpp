// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <vector>

#include "tutti/plan/graph.hpp"

namespace tutti::plan {

/// Modules that all reach each other over at least one edge, and the edges among them; both sorted.
struct Component {
  std::vector<std::size_t> modules;
  std::vector<std::size_t> edges;
};

/// The strongly connected components that hold a loop, ordered by their first module (Tarjan, SIAM
/// J. Comput. 1, 1972; here without recursion).
std::vector<Component> looped_components(const Graph& graph);

/// A component as a graph of its own: edge k of it is edges[k] of the whole.
Graph part_of(const Graph& graph, const Component& component);

}  // namespace tutti::plan
