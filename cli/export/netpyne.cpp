// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "contacts.hpp"
#include "formats.hpp"
#include "sections.hpp"
#include "tutti/error.hpp"

namespace tutti::cli {
namespace {

using Json = nlohmann::ordered_json;

Json told(const Contact& c, const CellSections* sections) {
  Json conn{{"preGid", c.from}, {"weight", c.weight}, {"delay", c.delay_ms}, {"label", c.rule}};
  const auto place =
      sections == nullptr ? std::pair<std::string, double>{} : sections->place_of(c.segment);
  if (!place.first.empty()) conn["sec"] = place.first, conn["loc"] = place.second;
  return conn;
}

Json net_of(const RecordedRun& run) {
  Json net{{"params", Json::object()}, {"pops", Json::object()}, {"cells", Json::array()}};
  auto sections = sections_of(run);
  const auto contacts = contacts_of(run);
  for (const auto& p : run.populations) {
    auto& pop = net["pops"][p.label];
    pop["tags"] = {{"pop", p.label}, {"module", p.module}};
    pop["cellGids"] = Json::array();
    for (std::uint64_t node = 0; node < p.count; ++node) {
      pop["cellGids"].push_back(p.first + node);
      Json cell{{"gid", p.first + node}, {"tags", {{"pop", p.label}}}};
      if (node < p.x.size()) {
        cell["tags"]["x"] = p.x[node];
        cell["tags"]["y"] = p.y[node];
        cell["tags"]["z"] = p.z[node];
      }
      const auto known = sections.find(p.first + node);
      cell["conns"] = Json::array();
      if (const auto onto = contacts.find(p.first + node); onto != contacts.end())
        for (const auto& contact : onto->second)
          cell["conns"].push_back(
              told(contact, known == sections.end() ? nullptr : &known->second));
      cell["secs"] = known == sections.end() ? Json::object() : std::move(known->second.told);
      net["cells"].push_back(std::move(cell));
    }
  }
  return net;
}

/// The time axis, columns and potentials of simData, written as they are read: they may be large.
class Data {
 public:
  Data(const RecordedRun& run, std::ostream& out) : run_{run}, out_{out} {}

  void write() {
    out_ << "{";
    write_spikes();
    write_time();
    for (const auto& signal : run_.signals) write_signal(signal);
    out_ << "\n}";
  }

 private:
  void key(const std::string& name) {
    out_ << (first_ ? "\n" : ",\n") << Json(name).dump() << ": ";
    first_ = false;
  }
  template <typename Values, typename Text>
  void list(const Values& values, Text text) {
    out_ << "[";
    bool first = true;
    for (const auto& value : values) {
      if (!first) out_ << ", ";
      out_ << text(value);
      first = false;
    }
    out_ << "]";
  }
  void numbers(const std::vector<double>& values, bool exact) {
    list(values, [exact](double v) { return shortest(v, exact); });
  }

  void write_spikes() {
    std::vector<std::pair<double, std::uint64_t>> spikes;
    for (const auto& spikes_of : run_.spikes) {
      const auto found =
          std::ranges::find(run_.populations, spikes_of.population, &Population::label);
      if (found == run_.populations.end()) continue;
      for (std::size_t k = 0; k < spikes_of.times.size(); ++k)
        spikes.emplace_back(spikes_of.times[k], found->first + spikes_of.node_ids[k]);
    }
    std::ranges::sort(spikes);
    key("spkt");
    list(spikes, [](const auto& s) { return fmt::format("{}", s.first); });
    key("spkid");
    list(spikes, [](const auto& s) { return std::to_string(s.second); });
  }

  /// `t` is the axis of the signal with the most samples; others get `t_NAME`.
  void write_time() {
    std::uint64_t most = 0;
    for (const auto& signal : run_.signals) {
      const sonata::ReportReader reader{signal.file};
      if (reader.reports().empty() || reader.reports()[0].samples <= most) continue;
      most = reader.reports()[0].samples;
      common_ = {reader.start_tick(), reader.step_tick(), most};
    }
    if (most == 0) return;
    key("t");
    axis(common_);
  }
  using Axis = std::tuple<std::int64_t, std::int64_t, std::uint64_t>;
  void axis(const Axis& a) {
    std::vector<double> times;
    for (std::uint64_t k = 0; k < std::get<2>(a); ++k)
      times.push_back(
          sonata::ms_of(std::get<0>(a) + static_cast<std::int64_t>(k) * std::get<1>(a)));
    list(times, [](double t) { return fmt::format("{}", t); });
  }

  std::string free_name(std::string name, const std::string& module) {
    if (!names_.insert(name).second) names_.insert(name = name + "_" + module);
    return name;
  }

  void write_signal(const RecordedSignal& signal) {
    const sonata::ReportReader reader{signal.file};
    if (reader.reports().empty()) return;
    const auto module = signal.table.module();
    const auto& kind = signal.table.element_kind;
    std::string name = signal.port();
    if (kind == "electrode" && name == "v_ext") name = "LFP";
    if (kind == "axis" && name == "dipole") name = "dipoleSum";
    name = free_name(name, module);
    const Axis own{reader.start_tick(), reader.step_tick(), reader.reports()[0].samples};
    if (own != common_) {
      key("t_" + name);
      axis(own);
    }
    if (kind == "segment" || kind == "neuron")
      write_traces(signal, reader, name);
    else
      write_rows(signal, reader, name);
  }

  /// [sample][element], as NetPyNE has LFP and dipoleSum.
  void write_rows(const RecordedSignal& signal, const sonata::ReportReader& reader,
                  const std::string& name) {
    key(name);
    const auto& report = reader.reports()[0];
    out_ << "[";
    constexpr std::uint64_t at_once = 1000;
    for (std::uint64_t first = 0; first < report.samples; first += at_once) {
      const auto count = std::min(at_once, report.samples - first);
      const auto values = reader.samples(report, first, count);
      for (std::uint64_t k = 0; k < count; ++k) {
        if (first + k > 0) out_ << ",\n";
        const auto begin = values.begin() + static_cast<std::ptrdiff_t>(k * report.columns());
        numbers({begin, begin + static_cast<std::ptrdiff_t>(report.columns())}, signal.exact);
      }
    }
    out_ << "]";
  }

  /// trace → cell → values.
  void write_traces(const RecordedSignal& signal, const sonata::ReportReader& reader,
                    const std::string& name) {
    struct Column {
      const sonata::ReportInfo* report;
      std::size_t column;
    };
    std::map<std::string, std::map<std::uint64_t, Column>> traces;
    for (const auto& report : reader.reports()) {
      const auto* population = run_.find(signal.table.module(), report.population);
      if (population == nullptr) continue;
      for (std::size_t n = 0; n < report.node_ids.size(); ++n) {
        const auto begin = report.index_pointers[n];
        for (auto c = begin; c < report.index_pointers[n + 1]; ++c)
          traces[trace_name(name, signal.table.element_kind, report, begin, c)].emplace(
              population->first + report.node_ids[n], Column{&report, c});
      }
    }
    for (const auto& [trace, cells] : traces) {
      key(trace);
      out_ << "{";
      bool first = true;
      for (const auto& [gid, column] : cells) {
        out_ << (first ? "" : ",\n") << "\"cell_" << gid << "\": ";
        numbers(reader.column(*column.report, column.column), signal.exact);
        first = false;
      }
      out_ << "}";
    }
  }

  /// A cell's first segment is its soma; sections are counted from there.
  static std::string trace_name(const std::string& name, const std::string& kind,
                                const sonata::ReportInfo& report, std::uint64_t first_column,
                                std::uint64_t column) {
    if (kind == "neuron") return name;
    if (column == first_column) return name + "_soma";
    return fmt::format("{}_{}@{:.3g}", name,
                       report.element_ids[column] - report.element_ids[first_column],
                       report.element_pos[column]);
  }

  const RecordedRun& run_;
  std::ostream& out_;
  bool first_ = true;
  Axis common_{};
  std::set<std::string> names_;
};

Json config_of(const RecordedRun& run) {
  Json config{{"filename", run.name}, {"simLabel", run.name}};
  if (run.stop_ms) config["duration"] = *run.stop_ms;
  if (run.seed) config["seeds"] = {{"run", *run.seed}};
  for (const auto& signal : run.signals) {
    const auto& table = signal.table;
    if (table.element_kind != "electrode" || signal.port() != "v_ext" ||
        table.reals("x") == nullptr)
      continue;
    for (std::size_t k = 0; k < table.ids.size(); ++k)
      config["recordLFP"].push_back(
          {(*table.reals("x"))[k], (*table.reals("y"))[k], (*table.reals("z"))[k]});
    break;
  }
  return config;
}

}  // namespace

void export_netpyne(const RecordedRun& run, const std::filesystem::path& to) {
  const auto path = to / (run.name + ".json");
  std::ofstream out{path};
  out << "{\"net\": " << net_of(run).dump() << ",\n\"simConfig\": " << config_of(run).dump()
      << ",\n\"simData\": ";
  Data{run, out}.write();
  out << "}\n";
  if (!out.flush()) throw Error{Fault::io, "cannot write {}: is the disk full?", path.string()};
}

}  // namespace tutti::cli
