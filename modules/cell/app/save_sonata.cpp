// SPDX-License-Identifier: MIT
#include "app/save_sonata.hpp"

#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numbers>

#include "app/model_json.hpp"
#include "network/contacts.hpp"
#include "sonata/join.hpp"
#include "tutti/error.hpp"

namespace cell {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

/// An HDF5 file that is written once; every id is closed at the end of its scope.
class File {
 public:
  explicit File(const fs::path& path)
      : path_{path}, id_{H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)} {
    check(id_);
    const std::uint32_t version[2] = {0, 1}, magic = 0x0A7A;
    attribute("/", "version", version, 2);
    attribute("/", "magic", &magic, 1);
  }
  ~File() { H5Fclose(id_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  template <typename T>
  void data(const std::string& name, const std::vector<T>& values, hsize_t columns = 1) {
    const hid_t links = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(links, 1);
    const hsize_t size[] = {values.size() / columns, columns};
    const hid_t space = H5Screate_simple(columns == 1 ? 1 : 2, size, nullptr);
    const hid_t set =
        H5Dcreate(id_, name.c_str(), type<T>(), space, links, H5P_DEFAULT, H5P_DEFAULT);
    check(set);
    if (!values.empty())
      check(H5Dwrite(set, type<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()));
    H5Dclose(set), H5Sclose(space), H5Pclose(links);
  }
  void text_attribute(const std::string& object, const char* name, const std::string& text) {
    const hid_t kind = H5Tcopy(H5T_C_S1);
    H5Tset_size(kind, text.size() + 1);
    const hid_t space = H5Screate(H5S_SCALAR);
    const hid_t made = H5Acreate_by_name(id_, object.c_str(), name, kind, space, H5P_DEFAULT,
                                         H5P_DEFAULT, H5P_DEFAULT);
    check(made);
    check(H5Awrite(made, kind, text.c_str()));
    H5Aclose(made), H5Sclose(space), H5Tclose(kind);
  }

 private:
  template <typename T>
  static hid_t type() {
    if constexpr (std::is_same_v<T, double>) return H5T_NATIVE_DOUBLE;
    if constexpr (std::is_same_v<T, std::uint64_t>) return H5T_NATIVE_UINT64;
    if constexpr (std::is_same_v<T, std::uint32_t>) return H5T_NATIVE_UINT32;
  }
  void attribute(const char* object, const char* name, const std::uint32_t* values, hsize_t size) {
    const hid_t space = size == 1 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &size, nullptr);
    const hid_t made = H5Acreate_by_name(id_, object, name, H5T_NATIVE_UINT32, space, H5P_DEFAULT,
                                         H5P_DEFAULT, H5P_DEFAULT);
    check(made);
    check(H5Awrite(made, H5T_NATIVE_UINT32, values));
    H5Aclose(made), H5Sclose(space);
  }
  void check(hid_t result) const {
    if (result < 0) throw tutti::Error{tutti::Fault::io, "cannot write {}", path_.string()};
  }
  fs::path path_;
  hid_t id_;
};

void write_text(const fs::path& path, const std::string& text) {
  std::ofstream file{path};
  file << text;
  if (!file.flush()) throw tutti::Error{tutti::Fault::io, "cannot write {}", path.string()};
}

std::string model_type(const CellModel& cell) {
  if (cell.point == nullptr) return "biophysical";
  return cell.point->is_source() ? "virtual" : "point_neuron";
}

bool is_neurons(const CellModel& cell) {
  return cell.point != nullptr && cell.point->drive == point::Drive::events;
}

/// NEURON's event-driven cells have a template in SONATA; others are said in Tutti's words.
std::string model_template(const CellModel& cell) {
  return is_neurons(cell) ? "nrn:" + cell.point->name : "tutti:" + cell.name + ".json";
}

/// A kind of cell as the model has it, in a model of its own, with a copy of its morphology.
void save_cell(const CellModel& cell, const tutti::config::Node& model, const fs::path& folder) {
  Json own = Json::object();
  for (const char* key : {"celsius", "v_init", "numbers", "space"})
    if (const auto* node = model.find(key)) own[key] = json_of(*node);
  const auto& said = *model.find("cells")->find(cell.name);
  auto entry = json_of(said);
  if (const auto* morphology = said.find("morphology")) {
    const auto shape = cell.name + ".swc";
    fs::copy_file(fs::path{morphology->place.folder} / morphology->text,
                  folder / "morphologies" / shape, fs::copy_options::overwrite_existing);
    entry["morphology"] = "../morphologies/" + shape;
  }
  own["cells"] = {{cell.name, entry}};
  own["populations"] = Json::object();
  write_text(folder / "templates" / (cell.name + ".json"), own.dump(2) + "\n");
}

/// Parameters of a population of point neurons: those that are alike in a file, others by node.
std::string save_parameters(const Atlas& atlas, const PopulationModel& p, const fs::path& folder,
                            File& file) {
  const auto& cell = atlas.model().cells[p.cell];
  // times of NEURON's cells are in seconds in SONATA
  const auto scale = [&](const point::Parameter& q) {
    return is_neurons(cell) && q.unit == "ms" ? 1e-3 : 1.0;
  };
  Json said = Json::object();
  const auto values = atlas.values_of(p);
  for (std::size_t k = 0; k < cell.point->parameters.size(); ++k) {
    const auto& parameter = cell.point->parameters[k];
    const auto which = static_cast<int>(k);
    if (parameter.list || values.course(which)) continue;
    said[parameter.name] = values.of(which, 0) * scale(parameter);
    if (std::ranges::find(cell.drawn, which, [](const auto& d) { return d.first; }) ==
        cell.drawn.end())
      continue;
    std::vector<double> each;
    for (std::uint64_t i = 0; i < p.number; ++i)
      each.push_back(values.of(which, i) * scale(parameter));
    file.data("/nodes/" + p.name + "/0/dynamics_params/" + parameter.name, each);
  }
  for (const auto& [state, quantity] : p.initial)
    file.data("/nodes/" + p.name + "/0/initial/" + cell.point->states[state],
              atlas.each(p, "initial/" + cell.point->states[state], quantity));
  const auto name = p.name + ".json";
  write_text(folder / "point_neurons" / name, said.dump(2) + "\n");
  return name;
}

/// Angles about the axes of space [rad], where cells are turned at all.
void save_rotations(const Atlas& atlas, const PopulationModel& p, File& file) {
  std::array<std::vector<double>, 3> angles;
  bool turned = false;
  for (std::uint64_t k = 0; k < p.number; ++k) {
    const auto turn = atlas.rotation(p.first + k);
    turned = turned || !turn.is_none();
    const auto of_node = turn.angles();
    for (std::size_t axis = 0; axis < 3; ++axis)
      angles[axis].push_back(of_node[axis] * std::numbers::pi / 180);
  }
  for (std::size_t axis = 0; turned && axis < 3; ++axis)
    file.data(fmt::format("/nodes/{}/0/rotation_angle_{}axis", p.name, "xyz"[axis]), angles[axis]);
}

/// Readers that load all files of a circuit at once, as BMTK, want types to differ between them.
std::uint64_t next_type(const Json& files) { return 100 + files.size(); }

void save_nodes(const Atlas& atlas, const PopulationModel& p, const fs::path& folder, Json& nodes) {
  const auto& cell = atlas.model().cells[p.cell];
  File file{folder / (p.name + "_nodes.h5")};
  const auto base = "/nodes/" + p.name + "/";
  const auto kind = next_type(nodes);
  std::vector<std::uint64_t> index(p.number), type(p.number, kind);
  std::vector<std::uint32_t> group(p.number, 0);
  std::vector<double> x, y, z;
  for (std::uint64_t k = 0; k < p.number; ++k) {
    index[k] = k;
    const auto at = atlas.position(p.first + k);
    x.push_back(at.x), y.push_back(at.y), z.push_back(at.z);
  }
  file.data(base + "node_id", index), file.data(base + "node_type_id", type);
  file.data(base + "node_group_id", group), file.data(base + "node_group_index", index);
  file.data(base + "0/x", x), file.data(base + "0/y", y), file.data(base + "0/z", z);
  if (cell.point == nullptr) save_rotations(atlas, p, file);
  const auto parameters =
      cell.point == nullptr ? std::string{"NULL"} : save_parameters(atlas, p, folder, file);
  const auto types = p.name + "_node_types.csv";
  write_text(folder / types,
             fmt::format("node_type_id pop_name model_type model_template dynamics_params\n"
                         "{} {} {} {} {}\n",
                         kind, p.name, model_type(cell), model_template(cell), parameters));
  nodes.push_back(
      {{"nodes_file", "$BASE/" + p.name + "_nodes.h5"}, {"node_types_file", "$BASE/" + types}});
}

/// The edges of one projection that come from one population.
struct Edges {
  std::vector<std::uint64_t> source, target;
  std::vector<double> weight, delay, place;
  std::vector<std::uint32_t> section;
};

/// What SONATA calls an index: for each node a range among ranges of edges [begin, end).
void save_index(File& file, const std::string& name, const std::vector<std::uint64_t>& nodes,
                std::uint64_t count) {
  std::vector<std::vector<std::uint64_t>> runs(count);  // begin, end, begin, end, ...
  for (std::uint64_t k = 0; k < nodes.size(); ++k) {
    auto& mine = runs[nodes[k]];
    if (!mine.empty() && mine.back() == k)
      ++mine.back();
    else
      mine.push_back(k), mine.push_back(k + 1);
  }
  std::vector<std::uint64_t> of_node, of_range;
  for (const auto& mine : runs) {
    of_node.push_back(of_range.size() / 2);
    of_range.insert(of_range.end(), mine.begin(), mine.end());
    of_node.push_back(of_range.size() / 2);
  }
  file.data(name + "/node_id_to_range", of_node, 2);
  file.data(name + "/range_to_edge_id", of_range, 2);
}

void save_edges(const Model& model, const Projection& p, std::size_t from, const Edges& e,
                const fs::path& folder, Json& edges) {
  const auto &source = model.populations[from], &target = model.populations[p.to];
  const auto* point = model.cells[target.cell].point;
  auto rule = p.name;
  std::ranges::replace(rule, '/', '_');
  const auto name = fmt::format("{}_to_{}_{}", source.name, target.name, rule);
  File file{folder / (name + "_edges.h5")};
  const auto base = "/edges/" + name + "/";
  const auto n = e.source.size();
  const auto kind = next_type(edges);
  std::vector<std::uint64_t> index(n), type(n, kind);
  for (std::size_t k = 0; k < n; ++k) index[k] = k;
  file.data(base + "source_node_id", e.source), file.data(base + "target_node_id", e.target);
  save_index(file, base + "indices/source_to_target", e.source, source.number);
  save_index(file, base + "indices/target_to_source", e.target, target.number);
  file.text_attribute(base + "source_node_id", "node_population", source.name);
  file.text_attribute(base + "target_node_id", "node_population", target.name);
  file.data(base + "edge_type_id", type), file.data(base + "edge_group_index", index);
  file.data(base + "edge_group_id", std::vector<std::uint32_t>(n, 0));
  file.data(base + "0/syn_weight", e.weight), file.data(base + "0/delay", e.delay);
  if (point == nullptr)
    file.data(base + "0/afferent_section_id", e.section),
        file.data(base + "0/afferent_section_pos", e.place);
  std::string synapse = "NULL", parameters = "NULL";
  if (point != nullptr) {
    synapse = point->receptors.empty() ? "NULL" : point->receptors[p.receptor];
  } else {
    using Kind = engine::SynapseKind;
    const auto& s = model.synapses[p.synapse];
    synapse = s.kind == Kind::exp2    ? "Exp2Syn"
              : s.kind == Kind::alpha ? "AlphaSynapse"
              : s.kind == Kind::nmda  ? "NMDA"
                                      : "ExpSyn";
    parameters = s.name + ".json";
    Json said{{"erev", s.e_mV}};
    const bool two = s.kind == Kind::exp2 || s.kind == Kind::nmda;
    said[two ? "tau2" : "tau"] = s.tau2_ms;
    if (two) said["tau1"] = s.tau1_ms;
    if (s.kind == Kind::nmda) said["mg"] = s.magnesium_mM;
    write_text(folder / "synapses" / parameters, said.dump(2) + "\n");
  }
  write_text(folder / (name + "_edge_types.csv"),
             fmt::format("edge_type_id model_template dynamics_params\n{} {} {}\n", kind, synapse,
                         parameters));
  edges.push_back({{"edges_file", "$BASE/" + name + "_edges.h5"},
                   {"edge_types_file", "$BASE/" + name + "_edge_types.csv"}});
}

std::vector<Edges> edges_of(const Atlas& atlas, const Projection& p) {
  const auto& model = atlas.model();
  const auto& to = model.populations[p.to];
  std::vector<Edges> by_source(model.populations.size());
  const auto add = [&](std::uint64_t source, std::uint64_t target, double weight,
                       double delay) -> Edges& {
    const auto& from = model.population_of(source);
    auto& e = by_source[static_cast<std::size_t>(&from - model.populations.data())];
    e.source.push_back(source - from.first), e.target.push_back(target - to.first);
    e.weight.push_back(weight), e.delay.push_back(delay);
    return e;
  };
  std::vector<std::uint64_t> mine;
  const auto connections = atlas.connections(p);
  for (std::uint64_t gid = to.first; gid < to.first + to.number; ++gid)
    if (connections.targets.contains(gid)) mine.push_back(gid);
  if (model.is_point(p.to)) {
    connections.for_each(atlas.seed(), mine, [&](const rules::Connection& c) {
      add(c.source, c.target, c.weight, c.delay_ms);
    });
    return by_source;
  }
  const auto& cable = model.cells[to.cell].type.cable;
  const auto numbers = circuit::section_numbers(model.cells[to.cell].morphology);
  for_each_contact(atlas, p, mine, [&](const Contact& c) {
    auto& e = add(c.source, c.target, c.weight_uS, c.delay_ms);
    const auto& segment = cable.segments[static_cast<std::size_t>(c.segment)];
    const auto section = static_cast<std::size_t>(segment.section);
    const auto n = cable.first_segment[section + 1] - cable.first_segment[section];
    e.section.push_back(numbers[section]);
    e.place.push_back((segment.index + 0.5) / n);
  });
  return by_source;
}

/// What a model has and a circuit of SONATA has no place for.
std::vector<std::string> left_out(const Model& model) {
  std::vector<std::string> found;
  const auto some = [&](bool there, const char* what) {
    if (there) found.emplace_back(what);
  };
  const auto any = [&](const auto& is) { return std::ranges::any_of(model.connections, is); };
  some(!model.inputs.empty(), "inputs, whose sources are known in the run");
  some(!model.drives.empty(), "drives");
  some(!model.currents.empty(), "currents");
  some(!model.clamps.empty() || !model.voltage_clamps.empty(), "clamps");
  some(!model.gaps.empty(), "gap junctions");
  some(any([](const Projection& p) { return p.plasticity.has_value(); }),
       "stdp of connections, whose weights are those of the start");
  some(any([](const Projection& p) { return p.short_term.has_value(); }),
       "tsodyks_markram of connections, which become static");
  return found;
}

}  // namespace

std::vector<std::string> save_sonata(const Atlas& atlas, const tutti::config::Node& tree,
                                     const fs::path& folder) {
  std::error_code problem;
  for (const char* part : {"point_neurons", "synapses", "templates", "morphologies"})
    fs::create_directories(folder / part, problem);
  if (problem)
    throw tutti::Error{tutti::Fault::io, "cannot make {}: {}", folder.string(), problem.message()};
  Json nodes = Json::array(), edges = Json::array();
  const auto& model = atlas.model();
  for (const auto& cell : model.cells)
    if (!is_neurons(cell)) save_cell(cell, tree, folder);
  for (const auto& p : model.populations) save_nodes(atlas, p, folder, nodes);
  for (const auto& p : model.connections) {
    const auto by_source = edges_of(atlas, p);
    for (std::size_t from = 0; from < by_source.size(); ++from)
      if (!by_source[from].source.empty())
        save_edges(model, p, from, by_source[from], folder, edges);
  }
  const Json circuit{{"manifest", {{"$BASE", "."}}},
                     {"components",
                      {{"point_neuron_models_dir", "$BASE/point_neurons"},
                       {"synaptic_models_dir", "$BASE/synapses"},
                       {"morphologies_dir", "$BASE/morphologies"},
                       {"templates_dir", "$BASE/templates"}}},
                     {"networks", {{"nodes", nodes}, {"edges", edges}}}};
  write_text(folder / "circuit_config.json", circuit.dump(2) + "\n");
  const Json simulation{{"manifest", {{"$BASE", "."}}},
                        {"network", "$BASE/circuit_config.json"},
                        {"run", {{"tstop", 1000.0}, {"dt", tutti::to_ms(model.dt)}}}};
  write_text(folder / "simulation_config.json", simulation.dump(2) + "\n");
  return left_out(model);
}

}  // namespace cell
