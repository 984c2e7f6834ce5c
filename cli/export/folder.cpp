// SPDX-License-Identifier: MIT
#include "folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "../recordings.hpp"
#include "sonata/repair.hpp"
#include "tutti/error.hpp"

namespace tutti::cli {
namespace {

namespace fs = std::filesystem;

/// `results/column-003` is of the run `column`.
std::string name_of(const fs::path& folder) {
  const auto text = fs::weakly_canonical(folder).filename().string();
  const auto dash = text.rfind('-');
  const bool numbered = dash != std::string::npos && dash + 1 < text.size() &&
                        text.find_first_not_of("0123456789", dash + 1) == std::string::npos;
  return numbered ? text.substr(0, dash) : text;
}

void read_summary_file(const fs::path& path, RecordedRun& run) {
  std::ifstream in{path};
  if (!in) return;  // the launcher was killed as well
  const auto told = nlohmann::json::parse(in, nullptr, false);
  if (!told.is_object()) return;
  run.name = told.value("name", run.name);
  if (told.contains("stop_ms")) run.stop_ms = told["stop_ms"].get<double>();
  if (told.contains("seed")) run.seed = told["seed"].get<std::uint64_t>();
}

/// Adds a population, or grows the one that is known.
Population& population(RecordedRun& run, const std::string& module, const std::string& name,
                       std::uint64_t count) {
  for (auto& known : run.populations)
    if (known.module == module && known.name == name) {
      known.count = std::max(known.count, count);
      return known;
    }
  const bool taken =
      std::ranges::find(run.populations, name, &Population::label) != run.populations.end();
  return run.populations.emplace_back(
      Population{module, name, taken ? module + "_" + name : name, 0, count, {}, {}, {}, {}});
}

void take_places(const sonata::PortTable& table, const sonata::Population& of, Population& to) {
  if (table.reals("x") == nullptr || table.reals("y") == nullptr || table.reals("z") == nullptr)
    return;
  const auto rows = static_cast<std::uint64_t>(std::ranges::count_if(
      table.ids, [&](std::uint64_t element) { return of.contains(element); }));
  if (rows != of.count) return;  // a selection
  for (std::size_t row = 0; row < table.ids.size(); ++row)
    if (of.contains(table.ids[row])) {
      to.x.push_back((*table.reals("x"))[row]);
      to.y.push_back((*table.reals("y"))[row]);
      to.z.push_back((*table.reals("z"))[row]);
    }
}

void read_spike_file(const fs::path& path, RecordedRun& run) {
  const auto file = sonata::open_for_reading(path);
  for (const auto& port : sonata::recorded_ports(file)) {
    const auto table = sonata::read_port(file, port);
    for (const auto& of : table.populations) {
      auto& to = population(run, table.module(), of.name, of.count);
      if (to.x.empty()) take_places(table, of, to);
      to.in_module = of.first;
    }
  }
  run.spikes = sonata::read_spikes(path);
}

void read_signal_file(const fs::path& path, RecordedRun& run) {
  const sonata::ReportReader reader{path};
  RecordedSignal signal{path, reader.table(), {}};
  const auto file = sonata::open_for_reading(path);
  const auto port = sonata::open_group(file, file.id.get(),
                                       "tutti/ports/" + sonata::path_name(signal.table.port));
  signal.exact = sonata::read_integer_attribute(file, port.get(), "exact", 0) != 0;
  for (const auto& report : reader.reports()) {
    signal.unit = report.unit;
    const auto& kind = signal.table.element_kind;
    if (report.node_ids.empty() || (kind != "segment" && kind != "neuron")) continue;
    population(run, signal.table.module(), report.population,
               *std::ranges::max_element(report.node_ids) + 1);
  }
  run.signals.push_back(std::move(signal));
}

}  // namespace

const Population* RecordedRun::find(const std::string& module, const std::string& wanted) const {
  for (const auto& p : populations)
    if (p.module == module && p.name == wanted) return &p;
  return nullptr;
}

RecordedRun read_recorded_run(const fs::path& folder) {
  if (!fs::is_directory(folder))
    throw Error{Fault::usage, "{} is no folder; give a run folder like results/column-001",
                folder.string()};
  RecordedRun run;
  run.folder = folder;
  run.name = name_of(folder);
  read_summary_file(folder / "summary.json", run);
  const auto files = sound_recordings(folder);
  for (const auto& path : files)
    if (path.filename() == "spikes.h5") read_spike_file(path, run);
  for (const auto& path : files) {
    const auto file = sonata::open_for_reading(path);
    if (sonata::exists(file, file.id.get(), "report")) read_signal_file(path, run);
  }
  if (run.spikes.empty() && run.signals.empty())
    throw Error{Fault::usage,
                "{} holds no recording; name ports under `record:` in the run file and run again",
                folder.string()};
  std::uint64_t first = 0;
  for (auto& p : run.populations) {
    p.first = first;
    first += p.count;
  }
  return run;
}

std::string shortest(double value, bool exact) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return exact ? fmt::format("{}", value) : fmt::format("{}", static_cast<float>(value));
}

}  // namespace tutti::cli
