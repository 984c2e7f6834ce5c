// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <vector>

#include "tutti/plan/graph.hpp"
#include "wide.hpp"

/// Loops as sums of integers: longest paths in graphs of difference constraints.
namespace tutti::plan {

/// While a module waits along `edge`, whoever it waits for is at most `weight` ticks ahead of it.
struct Arc {
  std::size_t from = 0, to = 0;  ///< nodes
  Wide weight = 0;
  std::size_t edge = 0;  ///< index in Graph::edges
};

/// The longest way to each node from anywhere, 0 at least, or a loop that adds up to more than 0.
struct Longest {
  std::vector<Wide> far;
  std::vector<std::size_t> positive_loop;  ///< arcs, each one's `to` the next one's `from`
  bool bounded() const { return positive_loop.empty(); }
};
Longest longest_ways(std::size_t nodes, const std::vector<Arc>& arcs);

/// A module that waits is in one of two states: about to read, or about to advance.
constexpr std::size_t about_to_read(std::size_t module) { return 2 * module; }
constexpr std::size_t about_to_advance(std::size_t module) { return 2 * module + 1; }

/// How long after T the frame ends that a target at T needs, at most; frames of `interval`. The
/// bound of contract/README.md, and for signals a little closer, since T and frames share a grid.
Wide frame_lead(const Delivery& c, Duration interval);

/// How far ahead of a target that waits for it the source can be; `has_read` is the source's state.
Wide lead(const Delivery& c, Duration interval, bool has_read);

/// The same for a source that waits for credit: how far its target can be ahead of it. Negative.
Wide credit_lead(const Delivery& c, Duration interval, std::int64_t credits);

/// Who can wait for whom in a graph with the given interval per edge, credits aside: from target to
/// source, both states of it. Only edges with `use[e]`.
std::vector<Arc> waiting_arcs(const Graph& graph, const std::vector<Duration>& intervals,
                              const std::vector<bool>& use);

/// Sums must stay below 0, not at it: scales weights so that a loop of zeros counts as positive.
void make_strict(std::size_t nodes, std::vector<Arc>& arcs);

}  // namespace tutti::plan
