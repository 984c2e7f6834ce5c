// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tutti/port.hpp"
#include "tutti/time.hpp"

namespace tutti::plan {

using Kind = PortKind;     ///< What flows over a connection.
using Take = tutti::Take;  ///< Which samples of a signal a target reads at T; others ignore it.

const char* name(Kind kind);
const char* name(Take take);

/// What decides who sees what and when on one connection: the input of every rule in rules.hpp.
struct Delivery {
  Kind kind = Kind::spikes;
  Take take = Take::latest;
  bool direct = false;  ///< a signal that follows from the signals its source reads at the same T
  Duration delay{0};
  Duration source_step{1};
  Duration target_step{1};
  friend bool operator==(const Delivery&, const Delivery&) = default;
};

/// A module as the planner sees it: a name and the grid on which it exchanges.
struct ModuleNode {
  std::string name;
  Duration step{1};
};

/// Element numbers first, first + 1, … first + count - 1.
struct ElementRange {
  std::int64_t first = 0;
  std::int64_t count = 0;
};

/// One output port to one input port.
struct Edge {
  std::size_t from = 0;   ///< index of the source in Graph::modules
  std::size_t to = 0;     ///< index of the target
  std::string from_port;  ///< without the module's name: "spikes"
  std::string to_port;
  Kind kind = Kind::spikes;
  Take take = Take::latest;
  bool direct = false;
  Duration delay{0};
  bool has_initial = false;
  /// The longest frame somebody asked for on this connection; Limits::latency where not set.
  std::optional<Duration> latency{};
  /// What one source step puts into a frame, about, all ranks together; for the buffer budget.
  double bytes_per_step = 0.0;
  /// What the source's elements are called at the target, offset included; empty where not known.
  std::vector<ElementRange> elements{};
};

/// Everything that planning knows about a run.
struct Graph {
  std::vector<ModuleNode> modules;
  std::vector<Edge> edges;
  Duration stop{0};

  /// The rules' view of an edge.
  Delivery delivery(std::size_t edge) const {
    const Edge& e = edges[edge];
    return {e.kind, e.take, e.direct, e.delay, modules[e.from].step, modules[e.to].step};
  }
  /// "cortex.spikes", "monitor.drive"
  std::string source_port(const Edge& e) const { return modules[e.from].name + "." + e.from_port; }
  std::string target_port(const Edge& e) const { return modules[e.to].name + "." + e.to_port; }
  /// Where a module ends: the last whole step that fits before `stop`.
  Time end_of(std::size_t module) const { return Time{stop - stop % modules[module].step}; }
};

}  // namespace tutti::plan
