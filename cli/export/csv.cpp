// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <tuple>

#include "formats.hpp"
#include "tutti/error.hpp"

namespace tutti::cli {
namespace {

/// A new file; nothing is overwritten.
class Table {
 public:
  explicit Table(const std::filesystem::path& path) : path_{path}, out_{path} {
    if (!out_) throw Error{Fault::io, "cannot write {}", path.string()};
  }
  void line(const std::string& text) { out_ << text << '\n'; }
  void finish() {
    if (!out_.flush()) throw Error{Fault::io, "cannot write {}: is the disk full?", path_.string()};
  }

 private:
  std::filesystem::path path_;
  std::ofstream out_;
};

void write_spikes(const RecordedRun& run, const std::filesystem::path& path) {
  struct Row {
    double time;
    std::size_t list;
    std::uint64_t node;
  };
  std::vector<Row> rows;
  for (std::size_t k = 0; k < run.spikes.size(); ++k)
    for (std::size_t i = 0; i < run.spikes[k].times.size(); ++i)
      rows.push_back({run.spikes[k].times[i], k, run.spikes[k].node_ids[i]});
  std::ranges::sort(rows, {}, [&](const Row& row) {
    return std::tie(row.time, run.spikes[row.list].population, row.node);
  });
  Table table{path};
  table.line("time_ms,population,node");
  for (const Row& row : rows)
    table.line(fmt::format("{},{},{}", row.time, run.spikes[row.list].population, row.node));
  table.finish();
}

std::string header(const sonata::ReportReader& reader) {
  std::string line = "time_ms";
  for (const auto& report : reader.reports())
    for (std::size_t node = 0; node < report.node_ids.size(); ++node)
      for (auto column = report.index_pointers[node]; column < report.index_pointers[node + 1];
           ++column)
        line += fmt::format(",{}/{}/{}@{}", report.population, report.node_ids[node],
                            report.element_ids[column], report.element_pos[column]);
  return line;
}

void write_signal(const RecordedSignal& signal, const std::filesystem::path& path) {
  const sonata::ReportReader reader{signal.file};
  Table table{path};
  table.line(header(reader));
  std::size_t columns = 0;
  std::uint64_t samples = reader.reports().empty() ? 0 : reader.reports()[0].samples;
  for (const auto& report : reader.reports()) {
    columns += report.columns();
    samples = std::min(samples, report.samples);
  }
  const std::uint64_t at_once =
      std::max<std::uint64_t>(1, (1U << 20U) / std::max<std::size_t>(columns, 1));
  for (std::uint64_t first = 0; first < samples; first += at_once) {
    const auto count = std::min(at_once, samples - first);
    std::vector<std::vector<double>> parts;
    for (const auto& report : reader.reports())
      parts.push_back(reader.samples(report, first, count));
    for (std::uint64_t k = 0; k < count; ++k) {
      const auto tick =
          reader.start_tick() + static_cast<std::int64_t>(first + k) * reader.step_tick();
      std::string line = fmt::format("{}", sonata::ms_of(tick));
      for (std::size_t p = 0; p < parts.size(); ++p) {
        const auto width = reader.reports()[p].columns();
        for (std::size_t i = 0; i < width; ++i)
          line += "," + shortest(parts[p][k * width + i], signal.exact);
      }
      table.line(line);
    }
  }
  table.finish();
}

}  // namespace

void export_csv(const RecordedRun& run, const std::filesystem::path& to) {
  if (!run.spikes.empty()) write_spikes(run, to / "spikes.csv");
  for (const auto& signal : run.signals) write_signal(signal, to / (signal.table.port + ".csv"));
}

}  // namespace tutti::cli
