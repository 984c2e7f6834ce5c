// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "tutti/control/trace.hpp"
#include "tutti/error.hpp"
#include "tutti/time.hpp"
#include "verbs.hpp"

namespace tutti::cli {
namespace {

namespace fs = std::filesystem;
using Entry = control::TraceEntry;
using Kind = control::TraceKind;

/// One process's file.
struct Track {
  nlohmann::json head;
  std::vector<Entry> entries;

  std::string module() const { return head.at("module"); }
  int rank() const { return head.at("rank"); }
};

Track read_track(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  std::string line;
  Track track;
  std::getline(in, line);
  track.head = nlohmann::json::parse(line, nullptr, false);
  if (track.head.is_discarded() || track.head.value("version", 0) != 1)
    throw Error{Fault::usage, "{} is no trace of version 1", path.string()};
  for (Entry entry; in.read(reinterpret_cast<char*>(&entry), sizeof entry);)
    track.entries.push_back(entry);  // a killed process may leave half an entry: it is left out
  return track;
}

std::vector<Track> read_tracks(const fs::path& folder) {
  std::vector<Track> tracks;
  std::error_code none;
  for (const auto& file : fs::directory_iterator{folder / "trace", none})
    if (file.path().extension() == ".trace") tracks.push_back(read_track(file.path()));
  if (tracks.empty())
    throw Error{Fault::usage,
                "{} holds no trace; run it again with --trace, or with `trace: true` under `run:`",
                folder.string()};
  std::ranges::sort(tracks, {}, [](const Track& t) {
    return std::pair{t.head.at("number").get<int>(), t.rank()};
  });
  return tracks;
}

std::string name_of(const Track& track, const Entry& entry) {
  const auto connection = [&] {
    const auto& all = track.head.at("connections");
    const auto found = all.find(std::to_string(entry.what));
    return found != all.end() ? *found : nlohmann::json::array({"?", "?"});
  };
  switch (entry.kind) {
    case Kind::compute:
      return "compute";
    case Kind::data:
      return fmt::format("wait for {} rank {}", connection().at(0).get<std::string>(), entry.rank);
    case Kind::room:
      return fmt::format("wait for {} to make room", connection().at(1).get<std::string>());
    case Kind::other:
      return "wait for leave, or its own ranks";
    case Kind::send:
      return "send " + track.head.at("outputs").at(entry.what).get<std::string>();
  }
  return "?";
}

/// Chrome's trace event format: complete events ("X") in us, a process per module, a thread per
/// rank.
void write_events(const std::vector<Track>& tracks, std::int64_t zero, std::ostream& out) {
  constexpr std::array category{"compute", "wait", "wait", "wait", "send"};
  out << "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n";
  const char* comma = "";
  for (const auto& track : tracks) {
    const int pid = track.head.at("number").get<int>() + 1;
    const nlohmann::json process{
        {"ph", "M"}, {"name", "process_name"}, {"pid", pid}, {"args", {{"name", track.module()}}}};
    const nlohmann::json thread{{"ph", "M"},
                                {"name", "thread_name"},
                                {"pid", pid},
                                {"tid", track.rank()},
                                {"args", {{"name", fmt::format("rank {}", track.rank())}}}};
    out << comma << process.dump() << ",\n" << thread.dump();
    comma = ",\n";
    std::map<std::tuple<Kind, std::uint32_t, std::uint16_t>, std::string> names;
    for (const auto& e : track.entries) {
      auto& name = names[{e.kind, e.what, e.rank}];
      if (name.empty()) name = nlohmann::json(name_of(track, e)).dump();
      out << fmt::format(
          ",\n{{\"ph\":\"X\",\"pid\":{},\"tid\":{},\"ts\":{:.3f},\"dur\":{:.3f},\"name\":{},"
          "\"cat\":\"{}\",\"args\":{{\"t_ms\":{}}}}}",
          pid, track.rank(), 1e-3 * static_cast<double>(e.begin_ns - zero), 1e-3 * e.length_ns,
          name, category[static_cast<std::size_t>(e.kind)], to_ms(time_of(e.tick)));
    }
  }
  out << "\n]}\n";
}

/// Where each process's time went: waits and sends lie inside the windows' entries.
void say_shares(const Track& track) {
  double windows = 0, sends = 0, waits = 0;
  std::map<std::string, double> by_reason;
  for (const auto& e : track.entries) {
    const double s = 1e-9 * e.length_ns;
    if (e.kind == Kind::compute) windows += s;
    if (e.kind == Kind::send) sends += s;
    if (e.kind == Kind::data || e.kind == Kind::room || e.kind == Kind::other)
      waits += s, by_reason[name_of(track, e)] += s;
  }
  const auto& first = track.entries.front();
  const auto& last = track.entries.back();
  const double whole = 1e-9 * static_cast<double>(last.begin_ns + last.length_ns - first.begin_ns);
  const auto percent = [&](double s) { return whole > 0 ? 100 * s / whole : 0.0; };
  const auto longest =
      std::ranges::max_element(by_reason, {}, [](const auto& reason) { return reason.second; });
  fmt::print("{:<16} {:>6.1f} % {:>6.1f} % {:>6.1f} %  {}\n",
             fmt::format("{} rank {}", track.module(), track.rank()),
             percent(std::max(0.0, whole - waits - sends)), percent(waits), percent(sends),
             longest != by_reason.end() ? longest->first : "");
}

int trace(const fs::path& folder, const fs::path& file) {
  const auto tracks = read_tracks(folder);
  std::int64_t zero = INT64_MAX;
  for (const auto& track : tracks)
    for (const auto& entry : track.entries) zero = std::min(zero, entry.begin_ns);
  const auto path = file.empty() ? folder / "trace.json" : file;
  std::ofstream out{path};
  write_events(tracks, zero, out);
  if (!out.flush()) throw Error{Fault::io, "cannot write {}", path.string()};
  fmt::print("{:<16} {:>8} {:>8} {:>8}  {}\n", "", "compute", "wait", "send", "waits most");
  for (const auto& track : tracks)
    if (!track.entries.empty()) say_shares(track);
  fmt::print("{}: open it in https://ui.perfetto.dev or chrome://tracing\n", path.string());
  return 0;
}

}  // namespace

void add_trace(CLI::App& app, int& code) {
  struct Options {
    fs::path folder, output;
  };
  auto options = std::make_shared<Options>();
  auto* verb = app.add_subcommand("trace", "who computed, waited (for whom) and sent when");
  verb->add_option("FOLDER", options->folder, "of a run with --trace")->required();
  verb->add_option("-o,--output", options->output, "FILE.json; FOLDER/trace.json without it");
  verb->footer(
      "Example: tutti trace results/column-001\n"
      "Open the file in https://ui.perfetto.dev or chrome://tracing; nothing is uploaded.");
  verb->callback([=, &code] { code = trace(options->folder, options->output); });
}

}  // namespace tutti::cli
