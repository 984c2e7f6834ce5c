// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "../observe/live_runs.hpp"
#include "tutti/control/observer.hpp"
#include "verbs.hpp"

namespace tutti::cli {
namespace {

using std::chrono::milliseconds;

const char* name_of(control::Phase phase) {
  switch (phase) {
    case control::Phase::joining:
    case control::Phase::matching:
      return "joining";
    case control::Phase::running:
      return "running";
    case control::Phase::paused:
      return "paused";
    case control::Phase::leaving:
    case control::Phase::ended:
      return "ending";
  }
  return "";
}

int list_live(bool json) {
  auto all = nlohmann::ordered_json::array();
  bool first = true;
  for (const auto& run : live_runs()) {
    std::optional<control::Status> status;
    if (!run.info.tap.empty()) {
      tap::Observer observer{run.info, "tutti ps"};
      status = observer.state(milliseconds{1500});
    }
    const double clock = status ? to_ms(status->clock) : 0, stop = to_ms(run.info.stop);
    const auto* phase = status ? name_of(status->phase) : "silent";
    if (json) {
      all.push_back({{"name", run.info.name},
                     {"folder", run.info.folder.string()},
                     {"pid", run.launcher},
                     {"phase", phase},
                     {"clock_ms", clock},
                     {"stop_ms", stop},
                     {"tap", run.info.tap}});
      continue;
    }
    if (std::exchange(first, false))
      fmt::print("{:<16} {:<8} {:>14} {:>12} {:>5} {:>8}  {}\n", "RUN", "STATE", "CLOCK [ms]",
                 "STOP [ms]", "DONE", "PID", "FOLDER");
    fmt::print("{:<16} {:<8} {:>14.1f} {:>12.8g} {:>4.0f}% {:>8}  {}\n", run.info.name, phase,
               clock, stop, stop > 0 ? 100 * clock / stop : 0.0, run.launcher,
               run.info.folder.string());
  }
  if (json)
    fmt::print("{}\n", all.dump(1));
  else if (first)
    fmt::print("no run is alive on this machine\n");
  return 0;
}

}  // namespace

void add_ps(CLI::App& app, int& code) {
  auto json = std::make_shared<bool>(false);
  auto* verb = app.add_subcommand("ps", "the runs that are alive on this machine");
  verb->add_flag("--json", *json, "for programs");
  verb->footer("RUN and FOLDER are what attach, tap, send, pause, stop and checkpoint take.");
  verb->callback([json, &code] { code = list_live(*json); });
}

}  // namespace tutti::cli
