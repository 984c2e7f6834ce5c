// SPDX-License-Identifier: MIT
#include "sonata/attributes.hpp"

#include <charconv>
#include <numeric>

#include "sonata/hdf5.hpp"
#include "tutti/error.hpp"

namespace cell::circuit {
namespace {

namespace h5 = ::sonata;

std::vector<std::string> read_texts(const h5::File& file, hid_t parent, const std::string& name) {
  const auto set = h5::open_dataset(file, parent, name);
  const h5::Handle type{H5Dget_type(set.get()), H5Tclose};
  std::size_t count = 1;
  for (const auto n : h5::shape(file, set.get())) count *= n;
  std::vector<std::string> texts;
  if (count == 0) return texts;
  if (H5Tis_variable_str(type.get()) > 0) {
    std::vector<char*> raw(count, nullptr);
    const h5::Handle memory{H5Tcopy(H5T_C_S1), H5Tclose};
    H5Tset_size(memory.get(), H5T_VARIABLE);
    H5Tset_cset(memory.get(), H5Tget_cset(type.get()));
    h5::need(H5Dread(set.get(), memory.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, raw.data()), file.name,
             "read " + name);
    const h5::Handle space{H5Dget_space(set.get()), H5Sclose};
    for (const char* text : raw) texts.emplace_back(text == nullptr ? "" : text);
    H5Dvlen_reclaim(memory.get(), space.get(), H5P_DEFAULT, raw.data());
    return texts;
  }
  const auto length = H5Tget_size(type.get());
  std::vector<char> raw(count * length);
  h5::need(H5Dread(set.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, raw.data()), file.name,
           "read " + name);
  for (std::size_t k = 0; k < count; ++k) {
    const std::string padded{raw.data() + k * length, length};
    texts.push_back(padded.substr(0, std::min(padded.find('\0'), padded.size())));
  }
  return texts;
}

bool is_text(const h5::File& file, hid_t parent, const std::string& name) {
  const auto set = h5::open_dataset(file, parent, name);
  const h5::Handle type{H5Dget_type(set.get()), H5Tclose};
  return H5Tget_class(type.get()) == H5T_STRING;
}

/// The populations right below "/nodes" or "/edges".
template <typename Read>
void each_population(const ElementFiles& files, const char* root, Problems& problems, Read read) {
  try {
    const auto file = h5::File::open(files.elements, H5F_ACC_RDONLY);
    const auto group = h5::open_group(file, file.id.get(), root);
    for (const auto& name : h5::children(file, group.get(), H5O_TYPE_GROUP)) read(name);
  } catch (const h5::Error& e) {
    problems.error(files.place, "{}", e.what());
  } catch (const tutti::Error& e) {
    problems.error(files.place, "{}", e.what());
  }
}

}  // namespace

const Attributes::Column* Attributes::own(std::size_t element, const std::string& name) const {
  const auto group = groups_.find(group_[element]);
  if (group == groups_.end()) return nullptr;
  const auto column = group->second.find(name);
  if (column == group->second.end()) return nullptr;
  const auto size = std::max(column->second.numbers.size(), column->second.texts.size());
  if (index_[element] >= size)
    throw tutti::Error{tutti::Fault::config,
                       "{}: element {} is number {} of its group, in which {} has {} values",
                       source_,
                       element,
                       index_[element],
                       name,
                       size};
  return &column->second;
}

bool Attributes::is_own(const std::string& name) const {
  for (const auto& [number, group] : groups_)
    if (group.contains(name)) return true;
  return false;
}

std::set<std::string> Attributes::own_names() const {
  std::set<std::string> names;
  for (const auto& [number, group] : groups_)
    for (const auto& [name, column] : group) names.insert(name);
  return names;
}

std::optional<double> Attributes::real(std::size_t element, const std::string& name) const {
  if (const auto* column = own(element, name); column != nullptr && column->texts.empty())
    return column->numbers[index_[element]];
  const auto written = text(element, name);
  if (!written) return std::nullopt;
  double value = 0;
  const auto* end = written->data() + written->size();
  const auto read = std::from_chars(written->data(), end, value);
  if (read.ec != std::errc{} || read.ptr != end)
    throw tutti::Error{tutti::Fault::config,
                       "{}: {} of element {} is \"{}\", no number",
                       source_,
                       name,
                       element,
                       *written};
  return value;
}

std::optional<std::string> Attributes::text(std::size_t element, const std::string& name) const {
  if (const auto* column = own(element, name); column != nullptr && !column->texts.empty())
    return column->texts[index_[element]];
  const auto type = types_.find(type_[element]);
  if (type == types_.end()) return std::nullopt;
  const auto found = type->second.find(name);
  if (found == type->second.end()) return std::nullopt;
  return found->second;
}

Attributes read_attributes(const std::filesystem::path& path, const std::string& group,
                           const std::string& kind, TypeTable types) {
  Attributes a;
  a.source_ = path.string() + ":" + group;
  a.types_ = std::move(types);
  const auto file = h5::File::open(path, H5F_ACC_RDONLY);
  const auto top = h5::open_group(file, file.id.get(), group);
  const auto has = [&](const std::string& name) { return h5::exists(file, top.get(), name); };
  a.type_ = h5::read_all<std::uint64_t>(file, top.get(), kind + "_type_id");
  const auto count = a.type_.size();
  if (has(kind + "_group_id"))
    a.group_ = h5::read_all<std::uint64_t>(file, top.get(), kind + "_group_id");
  a.group_.resize(count, 0);
  if (has(kind + "_group_index")) {
    a.index_ = h5::read_all<std::uint64_t>(file, top.get(), kind + "_group_index");
  } else {
    a.index_.resize(count);
    std::iota(a.index_.begin(), a.index_.end(), std::uint64_t{0});
  }
  if (a.index_.size() != count)
    throw tutti::Error{tutti::Fault::config, "{}: {} group indices for {} elements", a.source_,
                       a.index_.size(), count};
  for (const auto& name : h5::children(file, top.get(), H5O_TYPE_GROUP)) {
    std::uint64_t number = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), number).ptr !=
        name.data() + name.size())
      continue;  // "indices"
    auto& columns = a.groups_[number];
    const auto read = [&](const std::string& prefix, hid_t parent) {
      for (const auto& column : h5::children(file, parent, H5O_TYPE_DATASET)) {
        auto& c = columns[prefix + column];
        if (is_text(file, parent, column)) {
          c.texts = read_texts(file, parent, column);
        } else {
          c.numbers = h5::read_all<double>(file, parent, column);
          const auto library = "@library/" + column;
          if (!prefix.empty() || !h5::exists(file, parent, library)) continue;
          const auto words = read_texts(file, parent, library);
          for (const double word : c.numbers)
            c.texts.push_back(words.at(static_cast<std::size_t>(word)));
        }
      }
    };
    const auto own = h5::open_group(file, top.get(), name);
    read("", own.get());
    for (const std::string part : {"dynamics_params", "initial"})
      if (h5::exists(file, own.get(), part))
        read(part + "/", h5::open_group(file, own.get(), part).get());
  }
  return a;
}

std::vector<NodePopulation> read_nodes(const Config& config, Problems& problems) {
  std::vector<NodePopulation> all;
  for (const auto& files : config.nodes)
    each_population(files, "/nodes", problems, [&](const std::string& name) {
      all.push_back({name, files.place,
                     read_attributes(files.elements, "/nodes/" + name, "node",
                                     read_types(files.types, "node_type_id"))});
    });
  return all;
}

std::vector<EdgePopulation> read_edges(const Config& config, Problems& problems) {
  std::vector<EdgePopulation> all;
  for (const auto& files : config.edges)
    each_population(files, "/edges", problems, [&](const std::string& name) {
      EdgePopulation p;
      p.name = name;
      p.place = files.place;
      const auto file = h5::File::open(files.elements, H5F_ACC_RDONLY);
      const auto top = h5::open_group(file, file.id.get(), "/edges/" + name);
      const auto ends = [&](const char* which, std::string& population) {
        const auto set = h5::open_dataset(file, top.get(), which);
        population = h5::read_text_attribute(file, set.get(), "node_population");
        return h5::read_all<std::uint64_t>(file, top.get(), which);
      };
      p.sources = ends("source_node_id", p.source);
      p.targets = ends("target_node_id", p.target);
      p.attributes = read_attributes(files.elements, "/edges/" + name, "edge",
                                     read_types(files.types, "edge_type_id"));
      all.push_back(std::move(p));
    });
  return all;
}

}  // namespace cell::circuit
