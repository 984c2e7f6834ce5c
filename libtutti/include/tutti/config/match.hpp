// SPDX-License-Identifier: MIT
#pragma once
#include <map>
#include <string>
#include <vector>

#include "tutti/config/problems.hpp"
#include "tutti/config/run_file.hpp"
#include "tutti/control/messages.hpp"
#include "tutti/plan/planner.hpp"
#include "tutti/port.hpp"

namespace tutti::config {

/// The ports of modules by name. A module that is not in here is known only at run time.
using PortsByModule = std::map<std::string, std::vector<PortDescription>>;

/// A change of scale on a connection, for `tutti check` to show.
struct ScaleChange {
  std::size_t connection = 0;
  std::string from_unit, to_unit;
  double factor = 1.0;
};

/// A run's connections with both ends known, planned.
struct Matching {
  std::vector<control::Connection> connections;  ///< Those whose two ends are known.
  std::vector<ScaleChange> conversions;
  plan::Graph graph;  ///< All modules; an edge per connection, in the same order.
  plan::Planned planned;
  bool complete = true;  ///< Every module's ports were known.
};

/// Finds both ends of each connection and checks that they fit (kind, dimension, kind of element,
/// initial value), that nothing needed is unconnected and that the whole can run, and plans it. The
/// same function serves `tutti check`, the launcher and, with the ports as processes tell them, the
/// broker. Main thread only (units).
Matching match(const RunSpec& run, const PortsByModule& ports, Problems& problems);

/// The run with what `record:` asks for as one more member, "recorder", and its connections: what
/// the file does not say and a process has to do. `ports` as far as they are known; entries that
/// name an unknown port are reported.
RunSpec with_recorder(const RunSpec& run, const PortsByModule& ports, Problems& problems);

/// The step of the recorder: the longest of at most 10 ms that divides `stop`.
Duration recorder_step(Duration stop);

}  // namespace tutti::config
