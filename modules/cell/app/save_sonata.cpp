// SPDX-License-Identifier: MIT
#include "app/save_sonata.hpp"

#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "network/contacts.hpp"
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
  void data(const std::string& name, const std::vector<T>& values) {
    const hid_t links = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(links, 1);
    const hsize_t size = values.size();
    const hid_t space = H5Screate_simple(1, &size, nullptr);
    const hid_t set =
        H5Dcreate(id_, name.c_str(), type<T>(), space, links, H5P_DEFAULT, H5P_DEFAULT);
    check(set);
    if (size > 0) check(H5Dwrite(set, type<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()));
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

std::string model_template(const CellModel& cell) {
  if (cell.point == nullptr) return "tutti:" + cell.name;
  const bool neuron = cell.point->drive == point::Drive::events;
  return (neuron ? "nrn:" : "pynn:") + cell.point->name;
}

void save_nodes(const Atlas& atlas, const PopulationModel& p, const fs::path& folder, Json& nodes) {
  const auto& cell = atlas.model().cells[p.cell];
  File file{folder / (p.name + "_nodes.h5")};
  const auto base = "/nodes/" + p.name + "/";
  std::vector<std::uint64_t> index(p.number), type(p.number, 100);
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
  std::string parameters = "NULL";
  if (cell.point != nullptr) {
    Json said = Json::object();
    const auto values = atlas.values_of(p);
    for (std::size_t k = 0; k < cell.point->parameters.size(); ++k) {
      const auto& parameter = cell.point->parameters[k];
      const auto which = static_cast<int>(k);
      if (parameter.list) continue;
      said[parameter.name] = values.of(which, 0);
      std::vector<double> each;
      for (std::uint64_t i = 0; i < p.number; ++i) each.push_back(values.of(which, i));
      const bool alike = std::ranges::all_of(each, [&](double v) { return v == each.front(); });
      if (!alike) file.data(base + "0/dynamics_params/" + parameter.name, each);
    }
    parameters = p.name + ".json";
    write_text(folder / "point_neurons" / parameters, said.dump(2) + "\n");
  }
  const auto types = p.name + "_node_types.csv";
  write_text(folder / types,
             fmt::format("node_type_id pop_name model_type model_template dynamics_params\n"
                         "100 {} {} {} {}\n",
                         p.name, model_type(cell), model_template(cell), parameters));
  nodes.push_back(
      {{"nodes_file", "$BASE/" + p.name + "_nodes.h5"}, {"node_types_file", "$BASE/" + types}});
}

/// The edges of one projection that come from one population.
struct Edges {
  std::vector<std::uint64_t> source, target;
  std::vector<double> weight, delay, place;
  std::vector<std::uint32_t> section;
};

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
  std::vector<std::uint64_t> index(n), type(n, 100);
  for (std::size_t k = 0; k < n; ++k) index[k] = k;
  file.data(base + "source_node_id", e.source), file.data(base + "target_node_id", e.target);
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
    const auto& s = model.synapses[p.synapse];
    synapse = s.kind == engine::SynapseKind::exp2 ? "Exp2Syn" : "ExpSyn";
    parameters = s.name + ".json";
    Json said{{"erev", s.e_mV}, {"tau2", s.tau2_ms}};
    if (s.kind == engine::SynapseKind::exp2) said["tau1"] = s.tau1_ms;
    write_text(folder / "synapses" / parameters, said.dump(2) + "\n");
  }
  write_text(
      folder / (name + "_edge_types.csv"),
      fmt::format("edge_type_id model_template dynamics_params\n100 {} {}\n", synapse, parameters));
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
  for_each_contact(atlas, p, mine, [&](const Contact& c) {
    auto& e = add(c.source, c.target, c.weight_uS, c.delay_ms);
    const auto& segment = cable.segments[static_cast<std::size_t>(c.segment)];
    const auto section = static_cast<std::size_t>(segment.section);
    const auto n = cable.first_segment[section + 1] - cable.first_segment[section];
    e.section.push_back(static_cast<std::uint32_t>(segment.section));
    e.place.push_back((segment.index + 0.5) / n);
  });
  return by_source;
}

}  // namespace

void save_sonata(const Atlas& atlas, const fs::path& folder) {
  std::error_code problem;
  for (const char* part : {"point_neurons", "synapses"})
    fs::create_directories(folder / part, problem);
  if (problem)
    throw tutti::Error{tutti::Fault::io, "cannot make {}: {}", folder.string(), problem.message()};
  Json nodes = Json::array(), edges = Json::array();
  const auto& model = atlas.model();
  for (const auto& p : model.populations) save_nodes(atlas, p, folder, nodes);
  for (const auto& p : model.connections) {
    const auto by_source = edges_of(atlas, p);
    for (std::size_t from = 0; from < by_source.size(); ++from)
      if (!by_source[from].source.empty())
        save_edges(model, p, from, by_source[from], folder, edges);
  }
  const Json config{{"manifest", {{"$BASE", "."}}},
                    {"components",
                     {{"point_neuron_models_dir", "$BASE/point_neurons"},
                      {"synaptic_models_dir", "$BASE/synapses"}}},
                    {"networks", {{"nodes", nodes}, {"edges", edges}}}};
  write_text(folder / "circuit_config.json", config.dump(2) + "\n");
}

}  // namespace cell
