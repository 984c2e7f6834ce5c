// SPDX-License-Identifier: MIT
#include "run_reader.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <utility>

#include "tutti/config/view.hpp"
#include "tutti/config/yaml.hpp"

namespace tutti::config {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> module_names(const RunSpec& run) {
  std::vector<std::string> out;
  for (const auto& module : run.modules) out.push_back(module.name);
  return out;
}

PortDescription read_port(const std::string& name, const View& view) {
  PortDescription port;
  port.name = name;
  port.direction = direction(view.text("direction")).value();
  port.kind = port_kind(view.text("kind")).value();
  port.unit = port.kind == PortKind::signal ? view.text("unit") : "";
  port.element = view.has("element") ? view.text("element") : "";
  port.take = take(view.text("take")).value();
  port.mean = view.boolean("mean");
  port.direct = view.boolean("direct");
  port.weighted = view.boolean("weighted");
  port.optional = view.boolean("optional");
  port.doc = view.has("doc") ? view.text("doc") : "";
  return port;
}

void read_ports(const View& view, ModuleSpec& module) {
  if (!view.has("ports")) return;
  module.declared = true;
  for (const auto& [name, port] : view.entries("ports")) {
    if (!is_name(name)) {
      view.problems().error(port.place(),
                            "\"{}\" cannot name a port; a name is a letter, then "
                            "letters, digits, _ or -",
                            name);
      continue;
    }
    module.ports.push_back(read_port(name, port));
  }
}

/// NAME.module.yaml beside the program, in which third parties say what their program's ports are.
void read_side_file(ModuleSpec& module, const Table& table, Problems& problems) {
  if (module.declared || !module.use.empty()) return;
  const fs::path program = module.python ? *module.python : fs::path{module.command.front()};
  fs::path side = program;
  side.replace_extension(".module.yaml");
  std::error_code fault;
  if (!fs::exists(side, fault)) return;
  try {
    const Node node = read_yaml(side, problems);
    const Table ports_only{"module file", "", {table.find("ports")->needed(), text("doc")}};
    if (check(node, ports_only, problems)) read_ports(View{node, ports_only, problems}, module);
  } catch (const Error& e) {
    problems.add(problems_of(e));
  }
}

/// Whether a `command:` names a program that can be started.
void check_program(const View& view, ModuleSpec& module) {
  const std::string& program = module.command.front();
  if (program.find('/') != std::string::npos) {
    std::error_code fault;
    if (!fs::exists(program, fault))
      view.error("command", "modules.{}.command: there is no file {}", module.name, program);
    else if (::access(program.c_str(), X_OK) != 0 || fs::is_directory(program, fault))
      view.error("command", "modules.{}.command: {} is no program; `chmod +x` makes a script one",
                 module.name, program);
    return;
  }
  const char* path = std::getenv("PATH");
  std::istringstream folders{path == nullptr ? "" : path};
  for (std::string folder; std::getline(folders, folder, ':');)
    if (::access((fs::path{folder} / program).c_str(), X_OK) == 0) return;
  view.error("command",
             "modules.{}.command: no program {} is found in PATH; if it lies beside this file, "
             "write ./{}",
             module.name, program, program);
}

/// What starts the module: exactly one of use, python and command.
void read_program(const View& view, ModuleSpec& module) {
  const int ways = int{view.has("use")} + int{view.has("python")} + int{view.has("command")};
  if (ways != 1) {
    view.error("use", "modules.{} needs exactly one of use, python and command; it has {}",
               module.name, ways == 0 ? "none" : "several");
    module.usable = false;
    return;
  }
  if (view.has("interpreter") && !view.has("python"))
    view.error("interpreter", "modules.{}: interpreter goes with python only", module.name);
  if (view.has("use") && view.has("ports"))
    view.error("ports", "modules.{}: {} is asked for its ports; remove ports:", module.name,
               view.text("use"));
  module.interpreter = view.text("interpreter");
  if (view.has("use")) module.use = view.text("use");
  if (view.has("python")) {
    module.python = view.path("python");
    std::error_code fault;
    if (!fs::exists(*module.python, fault)) {
      view.error("python", "modules.{}.python: there is no file {}", module.name,
                 module.python->string());
      module.usable = false;
    }
  }
  if (view.has("command")) {
    module.command =
        view.is("command", Type::list) ? view.texts("command") : std::vector{view.text("command")};
    // a name alone is looked up in PATH, as a shell does; with a slash it is a path of this file
    if (module.command.front().find('/') != std::string::npos) {
      const Node& node = view.node("command");
      module.command.front() = resolve(node.is_list() ? node.items.front() : node).string();
    }
  }
  if (!module.command.empty() && view.text("start") != "hand") check_program(view, module);
  const Node& named = view.node(view.has("use")      ? "use"
                                : view.has("python") ? "python"
                                                     : "command");
  module.folder = named.place.folder;
}

ModuleSpec read_module(const std::string& name, const Location& place, const Node& node,
                       const Table& table, Problems& problems) {
  ModuleSpec module;
  module.name = name;
  module.place = place;
  const std::size_t before = problems.error_count();
  if (!is_name(name))
    problems.error(place,
                   "\"{}\" cannot name a module; a name is a letter, then letters, digits, _ "
                   "or -",
                   name);
  Field field = config::table(name, table);
  module.usable = check(node, field, "modules." + name, problems);
  if (!module.usable) return module;
  if (const Node* model = node.find("model"); model != nullptr && model->is_scalar()) {
    module.usable = false;  // a path that could not be read, as has been said
    return module;
  }
  const View view{node, table, problems};
  module.ranks = static_cast<int>(view.integer("ranks"));
  module.step = view.time("step");
  module.model = view.node("model");
  const std::string wait = view.text("wait");
  module.wait = wait == "spin"    ? Waiting::spin
                : wait == "sleep" ? Waiting::sleep
                                  : Waiting::automatic;
  if (view.has("args")) module.args = view.texts("args");
  if (view.has("hosts")) module.hosts = view.texts("hosts");
  read_program(view, module);
  module.own_job = module.use.empty() || view.text("job") == "own";
  module.by_hand = view.text("start") == "hand";
  read_ports(view, module);
  if (module.usable) read_side_file(module, table, problems);
  module.usable = module.usable && problems.error_count() == before;
  return module;
}

/// "cortex.spikes" as a module that exists and a port. Nothing where it is wrong.
std::optional<PortName> read_port_name(const Node& node, const std::string& path,
                                       const RunSpec& run, Problems& problems) {
  const auto dot = node.text.find('.');
  if (dot == std::string::npos || !is_name(node.text.substr(dot + 1)) ||
      !is_name(node.text.substr(0, dot))) {
    problems.error(node.place, "{}: \"{}\" is no port; write MODULE.PORT, as in cortex.spikes",
                   path, node.text);
    return std::nullopt;
  }
  PortName name{node.text.substr(0, dot), node.text.substr(dot + 1)};
  if (run.find(name.module) == nullptr) {
    const auto names = module_names(run);
    const auto meant = did_you_mean(name.module, names);
    std::string all;
    for (const auto& n : names) all += (all.empty() ? "; the modules are " : ", ") + n;
    problems.error(node.place, "{}: \"{}\": there is no module \"{}\"{}", path, node.text,
                   name.module, meant.empty() ? all : meant);
    return std::nullopt;
  }
  return name;
}

OnLoss on_loss(const std::string& word) {
  for (const auto& [name, policy] : {std::pair{"hold", OnLoss::hold},
                                     {"silence", OnLoss::silence},
                                     {"replay", OnLoss::replay},
                                     {"wait", OnLoss::wait}})
    if (word == name) return policy;
  return OnLoss::stop;
}

void read_connection(const Node& node, const Field& kind, const std::string& path, RunSpec& run,
                     Problems& problems) {
  const bool others = std::exchange(run.all_connected, false);  // until this one is there, too
  if (!check(node, kind, path, problems)) return;
  const View view{node, kind.fields, problems};
  ConnectionSpec out;
  const auto from = read_port_name(view.node("from"), path + ".from", run, problems);
  const auto to = read_port_name(view.node("to"), path + ".to", run, problems);
  if (!from || !to) return;
  out.from = *from;
  out.to = *to;
  out.delay = view.time("delay");
  if (view.has("initial")) out.initial = view.node("initial");
  out.offset = view.integer("offset");
  out.missing = view.text("missing") == "zero" ? Missing::zero : Missing::error;
  if (view.has("latency")) out.latency = view.time("latency");
  out.float32 = view.boolean("float32");
  out.on_loss = on_loss(view.text("on_loss"));
  if (view.has("recording")) out.recording = view.path("recording");
  if (view.has("stands_in")) out.stands_in = static_cast<std::uint32_t>(view.integer("stands_in"));
  out.place = node.place;
  run.connections.push_back(std::move(out));
  run.all_connected = others;
}

/// The entries of a map but for some keys.
Node without(const Node& map, std::initializer_list<std::string_view> keys) {
  Node rest;
  rest.kind = Node::Kind::map;
  rest.place = map.place;
  for (const auto& entry : map.entries)
    if (std::ranges::find(keys, entry.key) == keys.end()) rest.entries.push_back(entry);
  return rest;
}

void read_recorder(const Node& node, RunSpec& run, Problems& problems) {
  const Field& keys = *run_table().find("recorder");
  if (!check(node, keys, "recorder", problems)) return;
  run.recorder_ranks = static_cast<int>(View{node, keys.fields, problems}.integer("ranks"));
  run.recorder = without(node, {"ranks"});
}

void read_record(const Node& node, const Field& kind, const std::string& path, RunSpec& run,
                 Problems& problems) {
  if (!check(node, kind, path, problems)) return;
  RecordSpec out;
  out.place = node.place;
  Node port = node;
  if (node.is_map()) {
    const View view{node, chosen(node, kind).fields, problems};
    port = view.node("port");
    if (view.has("every")) out.every = view.time("every");
    out.exact = view.boolean("exact");
    out.options = without(node, {"port", "every", "exact"});
  }
  const auto name = read_port_name(port, path, run, problems);
  if (!name) return;
  out.port = *name;
  const auto same = std::find_if(run.records.begin(), run.records.end(),
                                 [&](const RecordSpec& r) { return r.port == *name; });
  if (same != run.records.end())
    return problems.error(node.place, "{}: {} is recorded already, on line {}", path,
                          to_string(*name), same->place.line);
  run.records.push_back(std::move(out));
}

/// Whether `--set modules.cortx.ranks=2` made a module where it was meant to change one.
bool slip_of_set(const Entry& entry, const Node& modules, Problems& problems) {
  const auto names_program = [](const Node& module) {
    return module.find("use") != nullptr || module.find("python") != nullptr ||
           module.find("command") != nullptr;
  };
  if (entry.place.line > 0 || !entry.value.is_map() || names_program(entry.value)) return false;
  std::vector<std::string> names;
  for (const auto& other : modules.entries)
    if (other.place.line > 0 || names_program(other.value)) names.push_back(other.key);
  const auto meant = did_you_mean(entry.key, names);
  std::string all;
  for (const auto& name : names) all += (all.empty() ? "; the modules are " : ", ") + name;
  problems.error(entry.place, "there is no module \"{}\"{}", entry.key,
                 meant.empty() ? all : meant);
  return true;
}

void read_modules(const Node& node, RunSpec& run, Problems& problems) {
  const Table table{"module", "", run_table().find("modules")->of.front().fields};
  if (!node.is_map())
    return problems.error(node.place, "modules: {} where a map from names to modules is needed",
                          describe(node));
  for (const auto& entry : node.entries)
    if (!slip_of_set(entry, node, problems))
      run.modules.push_back(read_module(entry.key, entry.place, entry.value, table, problems));
  if (run.modules.empty()) problems.error(node.place, "modules: a run needs at least one module");
}

/// Calls `use` with each item of a list under `key`, if there is one.
template <typename Use>
void for_each_item(const Node& tree, const char* key, Problems& problems, Use use) {
  const Node* list = tree.find(key);
  if (list == nullptr || list->is_null()) return;
  if (!list->is_list())
    return problems.error(
        list->place, "{}: {} where a list is needed{}", key, describe(*list),
        list->is_scalar() ? fmt::format("; write {}: [{}]", key, list->text) : std::string{});
  for (std::size_t i = 0; i < list->items.size(); ++i)
    use(list->items[i], fmt::format("{}[{}]", key, i));
}

/// The `run:` table; the rest of the run file is checked piece by piece, so that what is sound can
/// be looked at further.
void read_head(const Node& tree, RunSpec& run, Problems& problems) {
  Table head = run_table();
  for (auto& field : head.fields)
    if (field.name == "modules" || field.name == "connections" || field.name == "record" ||
        field.name == "recorder")
      field.type = Type::any;
  check(tree, head, problems);
  const Node* node = tree.find("run");
  Problems ignored;  // said above
  if (node == nullptr || !check(*node, *run_table().find("run"), "run", ignored)) return;
  const View view{*node, run_table().find("run")->fields, problems};
  run.name = view.text("name");
  run.stop = view.time("stop");
  run.seed = static_cast<std::uint64_t>(view.integer("seed"));
  if (view.is("hash", Type::time)) run.hash_bin = view.time("hash");
  constexpr std::int64_t most_bins = 1'000'000;
  if (run.hash_bin && run.stop / *run.hash_bin > most_bins)
    view.error(
        "hash",
        "run.hash: {} in bins of {} are {} bins a port, more than {}; say `hash: {}` or `off`",
        run.stop, *run.hash_bin, run.stop / *run.hash_bin, most_bins,
        Duration{run.stop.count() / most_bins / 1'000'000'000 * 1'000'000'000 + 1'000'000'000});
  run.latency = view.time("latency");
  const auto checkpoint = view.child("checkpoint");
  if (checkpoint.has("every")) run.checkpoint.every = checkpoint.time("every");
  if (checkpoint.has("wall")) run.checkpoint.wall_s = to_s(checkpoint.time("wall"));
  run.checkpoint.keep = static_cast<int>(checkpoint.integer("keep"));
  run.pace = view.real("pace");
  run.trace = view.boolean("trace");
  run.rings = view.text("transport") == "auto";
  run.deadline = view.time("deadline");
  run.listen = view.text("listen");
  if (run.listen != "ipc" && run.listen != "tcp" && !run.listen.starts_with("tcp://"))
    view.error("listen", "run.listen: \"{}\" is neither ipc, tcp nor tcp://ADDRESS", run.listen);
  if (view.has("mpirun")) run.mpirun = view.texts("mpirun");
  if (!view.has("hosts")) return;
  run.hosts = view.texts("hosts");
  if (!run.listen.starts_with("tcp://"))
    view.error("hosts",
               "run.hosts: the broker listens at \"{}\", which no other host reaches; say `listen: "
               "tcp://ADDRESS` with an address of this machine in their network",
               run.listen);
}

/// "node7:16" is host node7 with 16 slots.
std::string host_of(const std::string& entry) { return entry.substr(0, entry.find(':')); }

/// Modules go only where the run does.
void check_hosts(const RunSpec& run, Problems& problems) {
  std::vector<std::string> known;
  for (const auto& entry : run.hosts) known.push_back(host_of(entry));
  for (const auto& module : run.modules)
    for (const auto& host : module.hosts)
      if (std::ranges::find(known, host) == known.end())
        problems.error(module.place, "modules.{}.hosts: \"{}\" is not among `run: hosts`{}",
                       module.name, host,
                       known.empty() ? ", which is not there" : did_you_mean(host, known));
}

void check_steps(const RunSpec& run, Problems& problems) {
  if (run.stop <= Duration::zero()) return;
  for (const auto& module : run.modules)
    if (module.usable && module.step > run.stop)
      problems.error(
          module.place,
          "modules.{}.step: {} is longer than the run, which stops at {}; {} would never "
          "take a step",
          module.name, module.step, run.stop, module.name);
}

}  // namespace

RunSpec read_run(Node tree, Problems& problems) {
  RunSpec run;
  read_head(tree, run, problems);
  if (const Node* modules = tree.find("modules"); modules != nullptr && !modules->is_null())
    read_modules(*modules, run, problems);
  check_steps(run, problems);
  check_hosts(run, problems);
  const Field& connection = run_table().find("connections")->of.front();
  for_each_item(tree, "connections", problems, [&](const Node& node, const std::string& path) {
    read_connection(node, connection, path, run, problems);
  });
  const Field& record = run_table().find("record")->of.front();
  for_each_item(tree, "record", problems, [&](const Node& node, const std::string& path) {
    read_record(node, record, path, run, problems);
  });
  if (const Node* recorder = tree.find("recorder"); recorder != nullptr && recorder->is_map())
    read_recorder(*recorder, run, problems);
  if (const ModuleSpec* taken = run.find("recorder"); taken != nullptr && !run.records.empty())
    problems.error(taken->place,
                   "the name \"recorder\" is taken by the recorder that record: adds; "
                   "rename this module");
  run.tree = std::move(tree);
  return run;
}

}  // namespace tutti::config
