// SPDX-License-Identifier: MIT
#include "network/read_table.hpp"

#include <hdf5.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <string_view>

#include "tutti/config/yaml.hpp"
#include "tutti/error.hpp"

namespace cell {
namespace {

using tutti::Error;
using tutti::Fault;

std::string_view trimmed(std::string_view s) {
  const auto from = s.find_first_not_of(" \t\r\""), to = s.find_last_not_of(" \t\r\"");
  return from == std::string_view::npos ? std::string_view{} : s.substr(from, to - from + 1);
}

std::vector<std::string_view> fields(std::string_view line) {
  std::vector<std::string_view> all;
  while (true) {
    const auto comma = line.find(',');
    all.push_back(trimmed(line.substr(0, comma)));
    if (comma == std::string_view::npos) return all;
    line.remove_prefix(comma + 1);
  }
}

NumberTable read_csv(const std::filesystem::path& path) {
  const auto text = tutti::config::read_whole(path);
  NumberTable table;
  std::string_view rest{text};
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const auto line = trimmed(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.empty() || line.starts_with('#')) continue;
    const auto words = fields(line);
    if (table.names.empty()) {
      table.names.assign(words.begin(), words.end());
      table.values.resize(words.size());
      continue;
    }
    if (words.size() != table.names.size())
      throw Error{Fault::config, "{}:{}: {} values where there are {} columns",
                  path.string(), number,
                  words.size(),  table.names.size()};
    for (std::size_t k = 0; k < words.size(); ++k) {
      double x = 0;
      const auto* last = words[k].data() + words[k].size();
      const auto [to, problem] = std::from_chars(words[k].data(), last, x);
      if (problem != std::errc{} || to != last)
        throw Error{Fault::config, "{}:{}: \"{}\" in column {} is no number",
                    path.string(), number,
                    words[k],      table.names[k]};
      table.values[k].push_back(x);
    }
  }
  if (table.names.empty()) throw Error{Fault::config, "{} is empty", path.string()};
  return table;
}

/// An HDF5 handle that is closed by `close`.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_{id}, close_{close} {}
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  operator hid_t() const { return id_; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

herr_t note_name(hid_t, const char* name, const H5L_info_t*, void* to) {
  static_cast<std::vector<std::string>*>(to)->emplace_back(name);
  return 0;
}

NumberTable read_hdf5(const std::filesystem::path& path) {
  const Handle file{H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose};
  if (file < 0) throw Error{Fault::config, "{} cannot be read as HDF5", path.string()};
  NumberTable table;
  H5Literate(file, H5_INDEX_NAME, H5_ITER_INC, nullptr, note_name, &table.names);
  for (const auto& name : table.names) {
    const Handle set{H5Dopen(file, name.c_str(), H5P_DEFAULT), H5Dclose};
    const Handle space{set < 0 ? hid_t{-1} : H5Dget_space(set), H5Sclose};
    if (space < 0 || H5Sget_simple_extent_ndims(space) != 1)
      throw Error{Fault::config, "{}: \"{}\" is no data set of one dimension", path.string(), name};
    auto& column =
        table.values.emplace_back(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
    if (H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, column.data()) < 0)
      throw Error{Fault::config, "{}: \"{}\" cannot be read as numbers", path.string(), name};
    if (column.size() != table.rows())
      throw Error{Fault::config, "{}: \"{}\" has {} values and \"{}\" has {}",
                  path.string(), name,
                  column.size(), table.names.front(),
                  table.rows()};
  }
  if (table.names.empty()) throw Error{Fault::config, "{} has no data sets", path.string()};
  return table;
}

}  // namespace

const std::vector<double>* NumberTable::find(const std::string& name) const {
  const auto found = std::ranges::find(names, name);
  return found == names.end() ? nullptr : &values[static_cast<std::size_t>(found - names.begin())];
}

std::vector<std::pair<std::string, std::vector<double>>> NumberTable::columns() const {
  std::vector<std::pair<std::string, std::vector<double>>> all;
  for (std::size_t k = 0; k < names.size(); ++k) all.emplace_back(names[k], values[k]);
  return all;
}

NumberTable read_table(const std::filesystem::path& path) {
  const auto kind = path.extension().string();
  H5Eset_auto(H5E_DEFAULT, nullptr, nullptr);  // what is wrong is said once, by us
  return kind == ".h5" || kind == ".hdf5" ? read_hdf5(path) : read_csv(path);
}

}  // namespace cell
