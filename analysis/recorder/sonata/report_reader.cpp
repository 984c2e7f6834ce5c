// SPDX-License-Identifier: MIT
#include "sonata/report_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "sonata/record_file.hpp"
#include "sonata/repair.hpp"
#include "sonata/report_layout.hpp"

namespace sonata {
namespace {

std::vector<std::uint64_t> read_pointers(const File& file, hid_t mapping, std::size_t nodes,
                                         std::size_t columns) {
  const char* name = exists(file, mapping, "index_pointers") ? "index_pointers" : "index_pointer";
  auto pointers = read_all<std::uint64_t>(file, mapping, name);
  if (pointers.size() == nodes) pointers.push_back(columns);  // the guide's [N] instead of [N + 1]
  if (pointers.size() != nodes + 1 || pointers.back() != columns ||
      !std::ranges::is_sorted(pointers))
    throw Error{fmt::format("{}: {} does not divide {} columns among {} nodes", file.name, name,
                            columns, nodes)};
  return pointers;
}

ReportInfo read_info(const File& file, hid_t reports, const std::string& population) {
  const Handle group = open_group(file, reports, population);
  const Handle mapping = open_group(file, group.get(), "mapping");
  const Handle data = open_dataset(file, group.get(), "data");
  const auto lengths = shape(file, data.get());
  if (lengths.size() != 2)
    throw Error{fmt::format("{}: /report/{}/data has {} dimensions, needed 2 (time × elements)",
                            file.name, population, lengths.size())};
  ReportInfo info;
  info.population = population;
  info.unit = read_text_attribute(file, data.get(), "units");
  const auto time = read_all<double>(file, mapping.get(), "time");
  if (time.size() != 3)
    throw Error{fmt::format("{}: mapping/time has {} values, needed start, stop and step",
                            file.name, time.size())};
  info.start_ms = time[0];
  info.step_ms = time[2];
  info.samples = lengths[0];
  info.node_ids = read_all<std::uint64_t>(file, mapping.get(), "node_ids");
  info.index_pointers = read_pointers(file, mapping.get(), info.node_ids.size(), lengths[1]);
  info.element_ids = read_all<std::uint32_t>(file, mapping.get(), "element_ids");
  info.element_pos.assign(info.element_ids.size(), 0.5F);
  if (exists(file, mapping.get(), "element_pos"))
    info.element_pos = read_all<float>(file, mapping.get(), "element_pos");
  if (info.element_ids.size() != lengths[1] || info.element_pos.size() != lengths[1])
    throw Error{fmt::format("{}: /report/{} has {} columns but {} element_ids", file.name,
                            population, lengths[1], info.element_ids.size())};
  return info;
}

}  // namespace

ReportReader::ReportReader(const std::filesystem::path& path) : file_{open_for_reading(path)} {
  if (!exists(file_, file_.id.get(), "report"))
    throw Error{fmt::format("{}: has no group /report, so it is no SONATA report", file_.name)};
  const Handle group = open_group(file_, file_.id.get(), "report");
  for (const std::string& name : children(file_, group.get(), H5O_TYPE_GROUP))
    reports_.push_back(read_info(file_, group.get(), name));
}

const ReportInfo& ReportReader::report(const std::string& population) const {
  const auto found = std::ranges::find(reports_, population, &ReportInfo::population);
  if (found != reports_.end()) return *found;
  std::vector<std::string> names;
  for (const ReportInfo& info : reports_) names.push_back(info.population);
  throw Error{fmt::format("{}: holds no report of population {}; it holds: {}", file_.name,
                          population, fmt::join(names, ", "))};
}

std::vector<double> ReportReader::block(const ReportInfo& report, std::uint64_t row,
                                        std::uint64_t rows, std::size_t column,
                                        std::size_t columns) const {
  if (row > report.samples || rows > report.samples - row)
    throw Error{fmt::format("{}: samples {} to {} asked for, it has {}", file_.name, row,
                            row + rows, report.samples)};
  if (column + columns > report.columns())
    throw Error{
        fmt::format("{}: column {} asked for, it has {}", file_.name, column, report.columns())};
  std::vector<double> values(rows * columns);
  if (values.empty()) return values;
  const Handle data = open_dataset(file_, file_.id.get(), "report/" + report.population + "/data");
  const Handle source{H5Dget_space(data.get()), H5Sclose};
  const std::array<hsize_t, 2> start{row, column};
  const std::array<hsize_t, 2> count{rows, columns};
  H5Sselect_hyperslab(source.get(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr);
  const Handle target{H5Screate_simple(2, count.data(), nullptr), H5Sclose};
  need(H5Dread(data.get(), H5T_NATIVE_DOUBLE, target.get(), source.get(), H5P_DEFAULT,
               values.data()),
       file_.name, "read samples");
  return values;
}

std::vector<double> ReportReader::samples(const ReportInfo& report, std::uint64_t first,
                                          std::uint64_t count) const {
  return block(report, first, count, 0, report.columns());
}

std::vector<double> ReportReader::column(const ReportInfo& report, std::size_t column) const {
  return block(report, 0, report.samples, column, 1);
}

std::vector<double> ReportReader::samples_by_row(std::uint64_t first, std::uint64_t count) const {
  const PortTable port = table();
  const std::size_t width = port.ids.size();
  std::vector<double> values(count * width);
  for (const ReportLayout& layout : report_layouts(port)) {
    const ReportInfo& info = report(layout.population);
    if (info.columns() != layout.rows.size())
      throw Error{fmt::format("{}: /report/{} has {} columns for {} elements", file_.name,
                              info.population, info.columns(), layout.rows.size())};
    const auto part = samples(info, first, count);
    for (std::uint64_t k = 0; k < count; ++k)
      for (std::size_t i = 0; i < layout.rows.size(); ++i)
        values[k * width + layout.rows[i]] = part[k * layout.rows.size() + i];
  }
  return values;
}

PortTable ReportReader::table() const {
  const auto ports = recorded_ports(file_);
  if (ports.empty())
    throw Error{fmt::format(
        "{}: has no element table (/tutti/ports), so it was not recorded by Tutti", file_.name)};
  return read_port(file_, ports.front());
}

std::int64_t ReportReader::tick(const char* attribute, double otherwise_ms) const {
  const auto nearest = static_cast<std::int64_t>(std::llround(otherwise_ms * 1e9));
  const auto ports = recorded_ports(file_);
  if (ports.empty()) return nearest;
  const Handle port = open_group(file_, file_.id.get(), "tutti/ports/" + path_name(ports.front()));
  return read_integer_attribute(file_, port.get(), attribute, nearest);
}

std::int64_t ReportReader::start_tick() const {
  return tick("start_tick", reports_.empty() ? 0 : reports_.front().start_ms);
}

std::int64_t ReportReader::step_tick() const {
  return tick("step_tick", reports_.empty() ? 1 : reports_.front().step_ms);
}

}  // namespace sonata
