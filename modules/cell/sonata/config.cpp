// SPDX-License-Identifier: MIT
#include "sonata/config.hpp"

#include <algorithm>
#include <cctype>

#include "sonata/numbers.hpp"
#include "tutti/config/yaml.hpp"
#include "tutti/error.hpp"

namespace cell::circuit {
namespace {

using Variables = std::map<std::string, std::string>;

/// A file of the configuration: its tree and what $NAME means in it.
class Reader {
 public:
  Reader(const Node& root, const Variables& outer, Problems& problems)
      : root_{&root}, variables_{outer}, problems_{&problems} {
    if (const auto* manifest = root.find("manifest"))
      for (const auto& entry : manifest->entries) variables_[entry.key] = entry.value.text;
  }

  const Node* find(const char* key) const { return root_->find(key); }
  const Variables& variables() const { return variables_; }

  /// Text with every $NAME replaced.
  std::string expanded(const Node& node) const {
    std::string text = node.text;
    for (int depth = 0; depth < 32; ++depth) {
      const auto begin = text.find('$');
      if (begin == std::string::npos) return text;
      auto end = begin + 1;
      const bool braces = end < text.size() && text[end] == '{';
      if (braces) ++end;
      const auto first = end;
      while (end < text.size() &&
             (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '_'))
        ++end;
      const auto name = text.substr(first, end - first);
      if (braces && end < text.size()) ++end;
      auto found = variables_.find("$" + name);
      if (found == variables_.end()) found = variables_.find(name);
      if (found == variables_.end()) {
        problems_->error(node.place, "${} is not in the manifest", name);
        return text.erase(begin, end - begin);
      }
      text.replace(begin, end - begin, found->second);
    }
    problems_->error(node.place, "\"{}\" names itself in the manifest", node.text);
    return {};
  }

  std::filesystem::path path(const Node& node) const {
    const std::filesystem::path p = expanded(node);
    return p.is_absolute() ? p : (std::filesystem::path{node.place.folder} / p).lexically_normal();
  }

  /// The tree of a file that is named here.
  Node load(const Node& name) const {
    const auto file = path(name);
    std::error_code fault;
    if (!std::filesystem::exists(file, fault)) {
      problems_->error(name.place, "there is no file {}", file.string());
      return {};
    }
    return tutti::config::read_yaml(file, *problems_);
  }

  double real(const Node* map, const char* key, double otherwise) const {
    const auto* node = map == nullptr ? nullptr : map->find(key);
    if (node == nullptr || node->is_null()) return otherwise;
    try {
      return number(*node);
    } catch (const tutti::Error& e) {
      problems_->add(tutti::config::problems_of(e));
      return otherwise;
    }
  }
  std::string text(const Node* map, const char* key) const {
    const auto* node = map == nullptr ? nullptr : map->find(key);
    return node == nullptr ? std::string{} : expanded(*node);
  }

 private:
  const Node* root_;
  Variables variables_;
  Problems* problems_;
};

void read_files(const Reader& reader, const char* kind, const char* types_key, const char* file_key,
                std::vector<ElementFiles>& files) {
  const auto* networks = reader.find("networks");
  const auto* list = networks == nullptr ? nullptr : networks->find(kind);
  if (list == nullptr) return;
  for (const auto& entry : list->items) {
    ElementFiles f;
    f.place = entry.place;
    if (const auto* node = entry.find(file_key)) f.elements = reader.path(*node);
    if (const auto* node = entry.find(types_key); node != nullptr && !node->is_null())
      f.types = reader.path(*node);
    files.push_back(std::move(f));
  }
}

void read_circuit(const Reader& reader, Config& config) {
  if (const auto* components = reader.find("components"))
    for (const auto& entry : components->entries)
      config.components[entry.key] = reader.path(entry.value);
  read_files(reader, "nodes", "node_types_file", "nodes_file", config.nodes);
  read_files(reader, "edges", "edge_types_file", "edges_file", config.edges);
}

void read_inputs(const Reader& reader, Config& config) {
  const auto* inputs = reader.find("inputs");
  if (inputs == nullptr) return;
  for (const auto& [name, place, node] : inputs->entries) {
    if (reader.text(&node, "enabled") == "false") continue;
    InputConfig in;
    in.name = name;
    in.place = node.place;
    in.type = reader.text(&node, "input_type");
    in.module = reader.text(&node, "module");
    if (const auto* set = node.find("node_set")) in.node_set = *set;
    if (const auto* file = node.find("input_file")) in.file = reader.path(*file);
    in.amp_nA = reader.real(&node, "amp", 0);
    in.delay_ms = reader.real(&node, "delay", 0);
    in.duration_ms = reader.real(&node, "duration", 0);
    config.inputs.push_back(std::move(in));
  }
}

void read_reports(const Reader& reader, Config& config) {
  const auto* reports = reader.find("reports");
  if (reports == nullptr) return;
  for (const auto& [name, place, node] : reports->entries) {
    if (reader.text(&node, "enabled") == "false") continue;
    ReportConfig r;
    r.name = name;
    r.place = node.place;
    r.module = reader.text(&node, "module");
    r.variable = reader.text(&node, "variable_name");
    r.sections = reader.text(&node, "sections");
    if (const auto* cells = node.find("cells")) r.cells = *cells;
    r.dt_ms = reader.real(&node, "dt", 0);
    if (const auto* file = node.find("electrode_positions")) r.electrodes = reader.path(*file);
    config.reports.push_back(std::move(r));
  }
}

}  // namespace

bool is_config(const Node& root) {
  return std::ranges::any_of(
      std::initializer_list<const char*>{"manifest", "network", "networks", "simulation"},
      [&](const char* key) { return root.find(key) != nullptr; });
}

Config read_config(const Node& root, Problems& problems) {
  Config config;
  config.place = root.place;
  const Reader both{root, {}, problems};
  const Node simulation = both.find("simulation") ? both.load(*both.find("simulation")) : root;
  const Reader reader{simulation, both.variables(), problems};
  const auto* run = reader.find("run");
  if (run == nullptr)
    problems.error(simulation.place,
                   "there is no \"run\" with tstop and dt: this is no simulation of SONATA");
  config.tstop_ms = reader.real(run, "tstop", 0);
  config.dt_ms = reader.real(run, "dt", 0.1);
  config.dL_um = reader.real(run, "dL", 20);
  config.threshold_mV = reader.real(run, "spike_threshold", -15);
  const auto* conditions = reader.find("conditions");
  config.celsius = reader.real(conditions, "celsius", 34);
  config.v_init_mV = reader.real(conditions, "v_init", -80);
  // a simulation without a word about its circuit has it beside itself
  const Node beside = tutti::config::scalar("circuit_config.json", simulation.place);
  const auto* network = reader.find("network") ? reader.find("network") : both.find("network");
  if (network == nullptr &&
      std::filesystem::exists(std::filesystem::path{simulation.place.folder} / beside.text))
    network = &beside;
  if (reader.find("networks") != nullptr) {
    read_circuit(reader, config);
  } else if (network != nullptr) {
    const auto& owner = reader.find("network") ? reader : both;
    const Node circuit = owner.load(*network);
    read_circuit({circuit, reader.variables(), problems}, config);
  } else {
    problems.error(simulation.place,
                   "neither \"network\" nor \"networks\" says which circuit, and there is no "
                   "circuit_config.json beside the file");
  }
  if (const auto* file = reader.find("node_sets_file")) config.node_sets = reader.load(*file);
  if (const auto* sets = reader.find("node_sets")) config.node_sets = *sets;
  read_inputs(reader, config);
  read_reports(reader, config);
  return config;
}

}  // namespace cell::circuit
