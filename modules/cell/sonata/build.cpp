// SPDX-License-Identifier: MIT
#include "sonata/build.hpp"

#include <algorithm>
#include <numbers>

#include "sonata/join.hpp"
#include "sonata/kinds.hpp"
#include "sonata/node_sets.hpp"
#include "sonata/spike_reader.hpp"
#include "tutti/config/check.hpp"
#include "tutti/config/view.hpp"
#include "tutti/config/yaml.hpp"
#include "tutti/error.hpp"

namespace cell::circuit {
namespace {

using namespace tutti::config;

/// Whether somebody else says when its nodes fire; sources of ours say so themselves.
bool is_virtual(const NodePopulation& p) {
  return p.attributes.size() > 0 && p.attributes.text(0, "model_type") == "virtual" &&
         !p.attributes.text(0, "model_template").value_or("").starts_with("tutti:");
}

/// What states of point neurons start from, where nodes say so.
void read_initial(const NodePopulation& nodes, const point::Model& kind, PopulationModel& p) {
  for (std::size_t state = 0; state < kind.states.size(); ++state) {
    const auto name = "initial/" + kind.states[state];
    if (!nodes.attributes.is_own(name)) continue;
    auto& each = p.initial_each.emplace_back(state, std::vector<double>{}).second;
    for (std::size_t node = 0; node < p.number; ++node)
      each.push_back(nodes.attributes.real(node, name).value_or(0));
  }
}

/// How a node is turned: by angles about the axes [rad], or by a quaternion.
Rotation rotation_of(const Attributes& a, std::size_t node) {
  const auto angle = [&](const char* name) {
    return a.real(node, name).value_or(0) * 180 / std::numbers::pi;
  };
  if (const auto w = a.real(node, "orientation_w")) {
    const auto part = [&](const char* name) { return a.real(node, name).value_or(0); };
    const double x = part("orientation_x"), y = part("orientation_y"), z = part("orientation_z");
    if (*w != 0 || x != 0 || y != 0 || z != 0) return Rotation::of_quaternion(*w, x, y, z);
  }
  return Rotation::of_angles({angle("rotation_angle_xaxis"), angle("rotation_angle_yaxis"),
                              angle("rotation_angle_zaxis")});
}

class Builder {
 public:
  Builder(const Config& config, const Habits& habits, Problems& problems)
      : config_{config},
        habits_{habits},
        problems_{problems},
        nodes_{read_nodes(config, problems)} {}

  Model build(tutti::Duration step) {
    model_.dt = tutti::nearest_tick(config_.dt_ms).time_since_epoch();
    if (model_.dt <= tutti::Duration::zero() || step % model_.dt != tutti::Duration::zero())
      problems_.error(config_.place, "run/dt {} ms is no whole part of the module's step {}",
                      config_.dt_ms, step);
    model_.step = step;
    model_.inputs_optional = true;
    populations();
    if (problems_.ok()) join();
    for (const auto& input : config_.inputs) read_input(input);
    for (const auto& report : config_.reports) read_report(report);
    return std::move(model_);
  }

 private:
  void populations() {
    Kinds kinds{config_, habits_, model_.cells};
    std::uint64_t next = 0;
    place_.assign(nodes_.size(), none);
    for (std::size_t k = 0; k < nodes_.size(); ++k) {
      const auto& nodes = nodes_[k];
      if (is_virtual(nodes)) continue;
      PopulationModel p;
      p.name = nodes.name;
      p.first = next;
      p.number = nodes.attributes.size();
      next += p.number;
      try {
        for (std::size_t node = 0; node < p.number; ++node) {
          p.kinds.push_back(kinds.of(nodes, node));
          const auto at = [&](const char* axis) {
            return nodes.attributes.real(node, axis).value_or(0);
          };
          p.placement.listed.push_back({at("x"), at("y"), at("z"), 0});
          p.rotation_each.push_back(rotation_of(nodes.attributes, node));
        }
      } catch (const tutti::Error& e) {
        problems_.add(problems_of(e));
        continue;
      }
      if (p.kinds.empty()) continue;
      if (std::ranges::all_of(p.rotation_each, &Rotation::is_none)) p.rotation_each.clear();
      p.cell = p.kinds.front();
      if (const auto* kind = model_.cells[p.cell].point) read_initial(nodes, *kind, p);
      place_[k] = model_.populations.size();
      model_.populations.push_back(std::move(p));
    }
  }

  void join() {
    Joiner joiner{config_, nodes_, place_, model_};
    for (const auto& edges : read_edges(config_, problems_)) {
      try {
        joiner.join(edges);
      } catch (const tutti::Error& e) {
        problems_.error(edges.place, "{}", e.what());
      }
    }
  }

  /// A file of spikes drives every virtual population that its node set is about.
  void play(const InputConfig& in) {
    try {
      const auto lists = ::sonata::read_spikes(in.file);
      for (const auto& selection : chosen(in.node_set)) {
        const auto& name = nodes_[selection.population].name;
        const auto input = std::ranges::find_if(
            model_.inputs, [&](const auto& entry) { return entry.first == name; });
        if (place_[selection.population] != none || input == model_.inputs.end()) continue;
        auto& played = model_.played[static_cast<std::size_t>(input - model_.inputs.begin())];
        played.sources = nodes_[selection.population].attributes.size();
        for (const auto& list : lists)
          if (list.population.empty() || lists.size() == 1 || list.population == name)
            add(list, selection.nodes, played);
        std::ranges::sort(played.spikes);
      }
    } catch (const ::sonata::Error& e) {
      problems_.error(in.place, "input {}: {}", in.name, e.what());
    }
  }

  static void add(const ::sonata::SpikeList& list, const std::vector<std::uint64_t>& nodes,
                  PlayedModel& played) {
    for (std::size_t k = 0; k < list.times.size(); ++k)
      if (list.times[k] > 0 && std::ranges::binary_search(nodes, list.node_ids[k]))
        played.spikes.emplace_back(tutti::nearest_tick(list.times[k]), list.node_ids[k]);
  }

  std::vector<Selection> chosen(const Node& set) {
    return select(set, config_.node_sets, nodes_, problems_);
  }

  void read_input(const InputConfig& in) {
    if (in.type == "current_clamp") {
      for (const auto& selection : chosen(in.node_set)) {
        if (place_[selection.population] == none) continue;
        model_.clamps.push_back({in.name,
                                 {place_[selection.population], selection.nodes},
                                 in.delay_ms,
                                 in.duration_ms,
                                 in.amp_nA});
      }
    } else if (in.type == "spikes") {
      play(in);
    } else {
      problems_.error(in.place, "input {}: input_type \"{}\"; known are current_clamp and spikes",
                      in.name, in.type);
    }
  }

  void read_report(const ReportConfig& report) {
    if (report.module == "extracellular") return;  // of another module
    OutputModel o;
    o.port = report.name;
    if (!variable(report, o)) return;
    const auto selections = chosen(report.cells);
    for (const auto& selection : selections)
      if (place_[selection.population] != none)
        o.on.populations.push_back(place_[selection.population]);
    if (o.on.populations.size() == 1) o.on.cells = selections.front().nodes;
    if (report.sections == "soma") {
      o.on.regions = {soma};
      o.on.middle = true;
    } else if (const int type = region_of(report.sections); type != 0) {
      o.on.regions = {type};
    } else if (!report.sections.empty() && report.sections != "all") {
      problems_.error(report.place,
                      "report {}: sections \"{}\"; known are all, soma, axon, dend, apic",
                      report.name, report.sections);
    }
    model_.outputs.push_back(std::move(o));
  }

  static int region_of(const std::string& sections) {
    if (sections == "basal") return dend;
    if (sections == "apical") return apic;
    for (const int type : {int{soma}, int{axon}, int{dend}, int{apic}})
      if (sections == region_name(type)) return type;
    return 0;
  }

  bool variable(const ReportConfig& report, OutputModel& o) {
    using What = OutputModel::What;
    if (report.variable == "v")
      o.what = What::v;
    else if (report.variable == "cai")
      o.what = What::cai;
    else if (report.variable == "i_membrane" || report.variable == "i_membrane_")
      o.what = What::i_membrane;
    else {
      problems_.error(report.place, "report {}: variable_name \"{}\"; known are v, cai, i_membrane",
                      report.name, report.variable);
      return false;
    }
    return true;
  }

  static constexpr std::size_t none = Joiner::none;
  const Config& config_;
  const Habits& habits_;
  Problems& problems_;
  std::vector<NodePopulation> nodes_;
  std::vector<std::size_t> place_;  // of each node population among the model's
  Model model_;
};

}  // namespace

bool is_circuit(const Node& model) { return model.find("sonata") != nullptr || is_config(model); }

const Table& circuit_schema() {
  static const Table constants{
      "nernst",
      "Constants in Nernst potentials.",
      {real("gas_constant", "J/(mol K)").above(0).by_default("8.31446261815324"),
       real("faraday", "C/mol").above(0).by_default("96485.33212")}};
  static const Table circuit{
      "circuit",
      "A circuit in SONATA's format.",
      {path("sonata", "its simulation_config.json").needed(),
       table("nernst", constants, "as in the program whose results are compared"),
       integer("coordinate_digits",
               "digits to which that program rounded coordinates and diameters; 0 for all")
           .between(0, 17)
           .by_default("0")}};
  return circuit;
}

Model read_circuit(const Node& node, tutti::Duration step) {
  Problems problems;
  Habits habits;
  Node root = node;
  if (node.find("sonata") != nullptr) {
    if (!check(node, circuit_schema(), problems)) problems.raise();
    const View view{node, circuit_schema(), problems};
    habits = {view.child("nernst").real("gas_constant"), view.child("nernst").real("faraday"),
              static_cast<int>(view.integer("coordinate_digits"))};
    root = read_yaml(view.path("sonata"), problems);
  }
  const auto config = read_config(root, problems);
  problems.raise();
  auto model = Builder{config, habits, problems}.build(step);
  problems.raise();
  return model;
}

}  // namespace cell::circuit
