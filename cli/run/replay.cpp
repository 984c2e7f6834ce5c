// SPDX-License-Identifier: MIT
#include "replay.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "sonata/port_table.hpp"
#include "sonata/repair.hpp"
#include "sonata/report_reader.hpp"
#include "tutti/config/problems.hpp"
#include "tutti/config/yaml.hpp"
#include "tutti/error.hpp"

namespace tutti::cli {
namespace {

namespace fs = std::filesystem;
using config::Node;

bool among(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

/// Where each port lies that was recorded exactly.
std::map<std::string, fs::path> exact_recordings(const fs::path& folder) {
  std::map<std::string, fs::path> found;
  for (const auto& entry : fs::directory_iterator{folder}) {
    if (entry.path().extension() != ".h5") continue;
    const auto file = sonata::open_for_reading(entry.path());
    if (!sonata::exists(file, file.id.get(), "tutti/ports")) continue;
    for (const auto& port : sonata::recorded_ports(file)) {
      const auto group = sonata::open_group(file, file.id.get(), "tutti/ports/" + port);
      if (sonata::read_integer_attribute(file, group.get(), "exact", 0) == 1)
        found.emplace(port, entry.path());
    }
  }
  return found;
}

const PortDescription& description(const Prepared& run, const config::PortName& name) {
  for (const auto& port : run.ports.at(name.module))
    if (port.name == name.port && port.direction == Direction::out) return port;
  throw Error{Fault::usage, "the run has no output {}", to_string(name)};
}

Node quoted(std::string text) {
  auto node = config::scalar(std::move(text));
  node.quoted = true;
  return node;
}

/// A player that says what an output said.
Node player_of(const PortDescription& port, const std::string& full_name, const fs::path& file,
               Duration step) {
  Node player, replay;
  player.at_or_make("use", {}) = config::scalar("player");
  player.at_or_make("step", {}) = quoted(to_string(step));
  replay.at_or_make("path", {}) = quoted(file.string());
  auto& model = player.at_or_make("model", {});
  if (port.kind == PortKind::spikes) {
    replay.at_or_make("port", {}) = quoted(full_name);
    model.at_or_make("spikes", {}).at_or_make("replay", {}) = std::move(replay);
    return player;
  }
  auto& signal = model.at_or_make("signals", {}).at_or_make(port.name, {});
  signal.at_or_make("unit", {}) = quoted(port.unit);
  signal.at_or_make("element", {}) = quoted(sonata::ReportReader{file}.table().element_kind);
  if (port.mean) signal.at_or_make("mean", {}) = config::scalar("true");
  signal.at_or_make("replay", {}) = std::move(replay);
  return player;
}

/// "cortex.spikes" as a module's name.
std::string voice_of(const config::PortName& name) { return name.module + "_" + name.port; }

void check_names(const Prepared& run, const std::vector<std::string>& only) {
  std::vector<std::string> names;
  for (const auto& module : run.run.modules) names.push_back(module.name);
  for (const auto& name : only)
    if (!among(names, name))
      throw Error{Fault::usage, "the run has no module \"{}\"; it has {}", name,
                  fmt::join(names, ", ")};
}

}  // namespace

std::string replay_of(const fs::path& folder, const Prepared& prepared,
                      const std::vector<std::string>& only) {
  check_names(prepared, only);
  const auto& run = prepared.run;
  const auto recordings = exact_recordings(folder);
  Node tree = run.tree;
  Node modules, connections, records;
  modules.kind = Node::Kind::map, connections.kind = records.kind = Node::Kind::list;
  for (const auto& name : only) modules.at_or_make(name, {}) = *tree.find("modules")->find(name);
  std::string missing;
  const auto* written = tree.find("connections");
  for (std::size_t k = 0; k < run.connections.size() && written != nullptr; ++k) {
    const auto& c = run.connections[k];
    if (!among(only, c.to.module) || k >= written->items.size()) continue;
    connections.items.push_back(written->items[k]);
    if (among(only, c.from.module)) continue;
    const auto name = to_string(c.from);
    const auto found = recordings.find(name);
    if (found == recordings.end()) {
      missing += fmt::format("{}{{port: {}, exact: true}}", missing.empty() ? "" : ", ", name);
      continue;
    }
    const auto& port = description(prepared, c.from);
    modules.at_or_make(voice_of(c.from), {}) =
        player_of(port, name, found->second, run.find(c.from.module)->step);
    *connections.items.back().find("from") =
        quoted(voice_of(c.from) + "." + (port.kind == PortKind::spikes ? "spikes" : port.name));
  }
  if (!missing.empty())
    throw Error{Fault::usage, "{} lacks exact recordings; run it with `record: [{}]`",
                folder.string(), missing};
  for (const auto& name : only)
    for (const auto& port : prepared.ports.at(name))
      if (port.direction == Direction::out && port.kind != PortKind::message)
        records.items.push_back(quoted(name + "." + port.name));
  *tree.find("modules") = std::move(modules);
  tree.at_or_make("connections", {}) = std::move(connections);
  tree.at_or_make("record", {}) = std::move(records);
  tree.find("run")->at_or_make("name", {}) = config::scalar(run.name + "_replay");
  return config::to_yaml(tree);
}

bool lacks_stand_ins(const config::RunSpec& run) {
  for (std::uint32_t k = 0; k < run.connections.size(); ++k)
    if (run.connections[k].on_loss == OnLoss::replay &&
        std::ranges::find(run.connections, k, &config::ConnectionSpec::stands_in) ==
            run.connections.end())
      return true;
  return false;
}

std::string with_stand_ins(const Prepared& prepared) {
  auto run = prepared.run;
  auto& written = run.tree.find("connections")->items;
  const auto count = written.size();
  for (std::size_t k = 0; k < count; ++k) {
    const auto& c = prepared.run.connections[k];
    if (c.on_loss != OnLoss::replay) continue;
    const auto name = to_string(c.from);
    const auto recordings = exact_recordings(c.recording);
    const auto found = recordings.find(name);
    if (found == recordings.end())
      throw config::LocatedError{
          c.place, fmt::format("{} → {}: {} has no exact recording of {}; run it with `record: "
                               "[{{port: {}, exact: true}}]`",
                               name, to_string(c.to), c.recording.string(), name, name)};
    const auto& port = description(prepared, c.from);
    const auto player = "again_" + voice_of(c.from);
    run.tree.find("modules")->at_or_make(player, {}) =
        player_of(port, name, found->second, run.find(c.from.module)->step);
    auto connection = written[k];
    std::erase_if(connection.entries, [](const auto& entry) {
      return entry.key == "on_loss" || entry.key == "recording";
    });
    *connection.find("from") =
        quoted(player + "." + (port.kind == PortKind::spikes ? "spikes" : port.name));
    connection.at_or_make("stands_in", {}) = config::scalar(std::to_string(k));
    written.push_back(std::move(connection));
  }
  return config::resolved_yaml(run);
}

std::string steering_of(const fs::path& log, const std::vector<std::string>& only) {
  std::string kept;
  std::ifstream in{log};
  for (std::string line; std::getline(in, line);) {
    const auto what = nlohmann::json::parse(line, nullptr, false);
    if (!what.is_object() || what.value("do", "") != "send") continue;
    const auto port = what.value("port", "");
    if (among(only, port.substr(0, port.find('.')))) kept += line + "\n";
  }
  return kept;
}

}  // namespace tutti::cli
