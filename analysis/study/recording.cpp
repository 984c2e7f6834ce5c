// SPDX-License-Identifier: MIT
#include "study/recording.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>

#include "sonata/repair.hpp"
#include "sonata/spike_reader.hpp"
#include "tutti/config/problems.hpp"
#include "tutti/error.hpp"

namespace study {

namespace fs = std::filesystem;
using tutti::Error;
using tutti::Fault;

namespace {

/// Both lists in the order of time, then of node.
void sort_by_time(Population& p) {
  std::vector<std::size_t> order(p.times_ms.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair{p.times_ms[i], p.nodes[i]}; });
  auto times = p.times_ms;
  auto nodes = p.nodes;
  for (std::size_t i = 0; i < order.size(); ++i)
    times[i] = p.times_ms[order[i]], nodes[i] = p.nodes[order[i]];
  p.times_ms = std::move(times), p.nodes = std::move(nodes);
}

/// What the tables of a spike file say of a population under the name that the file gave it.
void find_origin(Population& p, const std::vector<sonata::PortTable>& tables) {
  for (const auto& table : tables)
    for (const auto& listed : table.populations)
      if (p.name == listed.name || p.name == table.module() + "_" + listed.name) {
        p.port = table.port;
        p.first = listed.first;
        p.neurons = listed.count;
        p.neurons_known = true;
        if (p.name != listed.name) return;  // the longer name is surely this port's
      }
}

template <typename T, typename F>
[[noreturn]] void refuse(const fs::path& path, const char* what, const std::string& wanted,
                         const std::vector<T>& all, F name) {
  std::vector<std::string> names;
  for (const auto& one : all) names.push_back(name(one));
  throw Error{Fault::usage,
              "{} holds no {} \"{}\"{}; it has: {}",
              path.string(),
              what,
              wanted,
              tutti::config::did_you_mean(wanted, names),
              names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "))};
}

}  // namespace

Population Population::within(const Range& range) const {
  Population part{name, port, first, neurons, neurons_known, {}, {}};
  for (std::size_t i = 0; i < times_ms.size(); ++i)
    if (times_ms[i] >= range.start_ms && times_ms[i] < range.stop_ms) {
      part.times_ms.push_back(times_ms[i]);
      part.nodes.push_back(nodes[i]);
    }
  return part;
}

std::vector<std::vector<double>> Population::trains() const {
  std::vector<std::vector<double>> trains(neurons);
  for (std::size_t i = 0; i < times_ms.size(); ++i) trains.at(nodes[i]).push_back(times_ms[i]);
  return trains;
}

Recording::Recording(const fs::path& path) : path_{path} {
  if (!fs::exists(path))
    throw Error{Fault::usage, "{}: there is no such file or folder", path.string()};
  if (fs::is_directory(path)) {
    read_folder();
  } else {
    name_ = path.stem().string();
    read_file(path);
  }
  if (populations_.empty() && signals_.empty())
    throw Error{Fault::usage,
                "{}: holds neither spikes nor signals; name what to keep with `record:` in the run "
                "file",
                path.string()};
  if (stop_ms_ > 0) return;
  for (const auto& s : signals_)
    stop_ms_ = std::max(stop_ms_, s.start_ms() + static_cast<double>(s.samples()) * s.step_ms());
  if (stop_ms_ > 0) return;
  stop_known_ = false;
  for (const auto& p : populations_)
    if (!p.times_ms.empty())
      stop_ms_ = std::max(stop_ms_, std::nextafter(p.times_ms.back(), 1e300));
}

void Recording::read_folder() {
  name_ = fs::absolute(path_).lexically_normal().filename().string();
  if (name_.empty()) name_ = fs::absolute(path_).parent_path().filename().string();
  if (std::ifstream in{path_ / "summary.json"}; in) {
    const auto summary = nlohmann::json::parse(in, nullptr, false);
    if (summary.is_object()) stop_ms_ = summary.value("clock_ms", summary.value("stop_ms", 0.0));
  }
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator{path_})
    if (entry.path().extension() == ".h5") files.push_back(entry.path());
  std::ranges::sort(files);
  for (const auto& file : files) {
    const auto opened = sonata::open_for_reading(file);
    const auto holds = [&](const char* group) {
      return sonata::exists(opened, opened.id.get(), group);
    };
    if (holds("spikes") || holds("report")) read_file(file);
  }
}

void Recording::read_file(const fs::path& file) {
  bool spikes = false;
  {
    const auto opened = sonata::open_for_reading(file);
    spikes = sonata::exists(opened, opened.id.get(), "spikes");
  }
  if (spikes)
    read_spike_file(file);
  else
    signals_.emplace_back(file);
}

void Recording::read_spike_file(const fs::path& file) {
  std::vector<sonata::PortTable> tables;
  {
    const auto opened = sonata::open_for_reading(file);
    for (const auto& port : sonata::recorded_ports(opened))
      tables.push_back(sonata::read_port(opened, port));
  }
  for (auto& list : sonata::read_spikes(file)) {
    Population p{list.population.empty() ? "neurons" : list.population,
                 {},
                 0,
                 0,
                 false,
                 std::move(list.times),
                 std::move(list.node_ids)};
    find_origin(p, tables);
    if (!p.nodes.empty()) p.neurons = std::max(p.neurons, std::ranges::max(p.nodes) + 1);
    constexpr std::uint64_t most = 1ULL << 32;
    if (p.neurons > most)
      throw Error{Fault::usage, "{}: population {} has the node id {}, which is too large",
                  file.string(), p.name, p.neurons - 1};
    sort_by_time(p);
    populations_.push_back(std::move(p));
  }
  // In the order in which the model lists them; stable, so that others' files keep theirs.
  std::ranges::stable_sort(populations_, {}, [](const Population& p) {
    return std::pair{p.port, p.first};
  });
}

const Population& Recording::population(const std::string& name) const {
  const auto found = std::ranges::find(populations_, name, &Population::name);
  if (found != populations_.end()) return *found;
  refuse(path_, "population", name, populations_, [](const auto& p) { return p.name; });
}

const Signal& Recording::signal(const std::string& name) const {
  const auto found = std::ranges::find(signals_, name, &Signal::name);
  if (found != signals_.end()) return *found;
  refuse(path_, "signal", name, signals_, [](const auto& s) { return s.name(); });
}

const Signal* Recording::field() const {
  const auto found = std::ranges::find(signals_, "electrode", &Signal::kind);
  return found != signals_.end() ? &*found : nullptr;
}

Range Recording::clip(Range range) const {
  if (!(stop_ms_ > 0))
    throw Error{Fault::usage, "{}: holds neither a spike nor a sample", path_.string()};
  range.start_ms = std::max(range.start_ms, 0.0);
  if (stop_known_ || std::isinf(range.stop_ms)) range.stop_ms = std::min(range.stop_ms, stop_ms_);
  if (range.stop_ms > range.start_ms) return range;
  throw Error{
      Fault::usage,   "{}: nothing is left between {} and {} ms; it was recorded from 0 to {} ms",
      path_.string(), range.start_ms,
      range.stop_ms,  stop_ms_};
}

}  // namespace study
