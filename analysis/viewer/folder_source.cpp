// SPDX-License-Identifier: MIT
#include "folder_source.hpp"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "sonata/repair.hpp"
#include "tutti/config/run_file.hpp"

namespace viewer {
namespace {

namespace fs = std::filesystem;
using tutti::Error;
using tutti::Fault;

/// How the run ended, from summary.json; a run that was killed has none.
tutti::control::Status status_of(const fs::path& folder) {
  using namespace tutti::control;
  Status status;
  status.phase = Phase::ended;
  std::ifstream in{folder / "summary.json"};
  const auto all = nlohmann::json::parse(in, nullptr, false);
  if (!all.is_object()) {
    status.reason = "there is no summary.json: this run was cut short";
    return status;
  }
  const auto time = [](const nlohmann::json& from, const char* key) {
    return tutti::nearest_tick(from.value(key, 0.0));
  };
  status.ok = all.value("ok", false);
  status.reason = all.value("reason", "");
  status.clock = time(all, "clock_ms");
  status.stop = time(all, "stop_ms");
  for (const auto& m : all.value("modules", nlohmann::json::array())) {
    MemberStatus member;
    member.module = m.value("module", "");
    member.rank = m.value("rank", 0U);
    member.clock = time(m, "clock_ms");
    member.activity = Activity::done;
    member.compute_seconds = m.value("compute_s", 0.0);
    member.wait_seconds = m.value("wait_s", 0.0);
    status.members.push_back(member);
  }
  return status;
}

std::vector<fs::path> recordings_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator{folder})
    if (entry.path().extension() == ".h5") files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

}  // namespace

Overview overview_of(const fs::path& folder) {
  Overview overview;
  overview.folder = folder.string();
  overview.name = folder.filename().string();
  if (!fs::exists(folder / "run.yaml")) return overview;
  tutti::config::Problems problems;  // what mattered was said before the run began
  const auto run = tutti::config::load_run({{folder / "run.yaml"}, {}, folder}, problems);
  overview.stop = tutti::time_zero + run.stop;
  for (const auto& module : run.modules) {
    std::string program = module.use;
    if (module.python) program = module.python->filename().string();
    if (!module.command.empty()) program = fs::path{module.command.front()}.filename().string();
    overview.modules.push_back({module.name, program, module.ranks, module.step});
  }
  for (const auto& c : run.connections)
    overview.arrows.push_back(
        {tutti::config::to_string(c.from), tutti::config::to_string(c.to), c.delay});
  return overview;
}

FolderSource::FolderSource(const fs::path& folder)
    : overview_{overview_of(folder)}, status_{status_of(folder)} {
  for (const auto& file : recordings_in(folder)) {
    const auto opened = sonata::open_for_reading(file);
    if (sonata::exists(opened, opened.id.get(), "spikes"))
      for (auto& port : open_spikes(file)) ports_.push_back(std::move(port));
    else if (auto port = open_signal(file))
      ports_.push_back(std::move(port));
  }
  if (ports_.empty())
    throw Error{Fault::config,
                "{}: nothing was recorded here, so there is nothing to look at; name ports under "
                "`record:` in the run file",
                folder.string()};
  for (const auto& port : ports_) {
    streams_.push_back(port->info());
    // only the recordings know how long a SONATA folder, or a run that was killed, is
    status_.clock = std::max(status_.clock, port->end());
  }
  overview_.stop = std::max(overview_.stop, status_.clock);
  status_.stop = overview_.stop;
}

Recorded& FolderSource::recorded(const std::string& port) {
  const auto found = std::ranges::find(ports_, port, [](const auto& p) { return p->info().port; });
  if (found == ports_.end())
    throw Error{Fault::usage, "{} was not recorded; `record:` in the run file says what is", port};
  return **found;
}

const tutti::ElementTable* FolderSource::table(const std::string& port) {
  return &recorded(port).table();
}

void FolderSource::want(const Selection& selection, Duration) {
  rows_of(recorded(selection.port).table(), selection.elements);  // throws where one is not there
}

std::optional<Block> FolderSource::read(const Selection& selection, Time after, Time until,
                                        std::size_t most) {
  until = std::min(until, status_.clock);
  if (after >= until) return std::nullopt;
  return recorded(selection.port).read(selection, after, until, most);
}

std::uint64_t FolderSource::command(const Command&) {
  throw Error{Fault::usage, "this run has ended: it can be looked at, not steered"};
}

}  // namespace viewer
