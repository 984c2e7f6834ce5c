// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tutti/plan/graph.hpp"
#include "tutti/plan/planner.hpp"

/// A small model of the coupling contract: fake modules made from recipes, and their connections.
namespace contract {

using nlohmann::json;
using tutti::plan::Graph;

/// Each of these a sum of recipes that one module follows in every window; all times in ticks.
struct Relay {
  std::int64_t offset = 0;
  std::size_t most = 4;
};
struct Threshold {
  double at = 0.0;
  std::int64_t lag = 0;
};
struct Train {
  std::int64_t phase = 0, period = 1, stagger = 0;
};
struct Ramp {
  double a = 0.0, b = 0.0, c = 0.0;
};

struct ModuleSpec {
  std::string name;
  std::int64_t step = 1;
  std::int64_t first = 0, count = 1;
  std::optional<Relay> relay{};
  std::optional<Threshold> threshold{};
  std::optional<Train> train{};
  std::optional<std::int64_t> messages{};
  std::optional<Ramp> ramp{};            ///< the signal x; without one ...
  std::optional<std::int64_t> square{};  ///< ... or the other it is the state
};

struct ConnectionSpec {
  std::string from, to;  ///< "A.spikes", "B.in"
  tutti::plan::Kind kind = tutti::plan::Kind::spikes;
  tutti::plan::Take take = tutti::plan::Take::latest;
  std::int64_t delay = 0, offset = 0;
  std::optional<double> initial{};
  double scale = 1.0;
};

struct Case {
  std::string name;
  std::int64_t stop = 0;
  std::vector<ModuleSpec> modules;
  std::vector<ConnectionSpec> connections;

  /// The planner's view of it.
  Graph graph() const;
};

/// Reads the part of a case file that is the model.
Case read_case(const json& text);

/// The case files of the contract, sorted by name; empty where the folder is not there.
std::vector<std::filesystem::path> case_files(const std::filesystem::path& shared);
json read_json(const std::filesystem::path& path);

/// What the contract would say about the graph, in its own format: runs, mistakes, refusals.
json verdict(const Graph& graph, const tutti::plan::Planned& planned);

}  // namespace contract
