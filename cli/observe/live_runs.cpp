// SPDX-License-Identifier: MIT
#include "live_runs.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "tutti/control/observer.hpp"
#include "tutti/error.hpp"

namespace tutti::cli {
namespace {

namespace fs = std::filesystem;

std::string list(const std::vector<LiveRun>& runs) {
  std::string text;
  for (const auto& run : runs)
    text += (text.empty() ? "" : ", ") + run.info.folder.filename().string();
  return text;
}

}  // namespace

std::vector<LiveRun> live_runs() {
  std::vector<LiveRun> runs;
  const auto prefix = fmt::format("tutti-{}-", ::getuid());
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator{"/tmp", ignored}) {
    const auto name = entry.path().filename().string();
    if (!name.starts_with(prefix)) continue;
    const auto pid = static_cast<pid_t>(std::strtol(name.c_str() + prefix.size(), nullptr, 10));
    if (pid <= 0 || !fs::exists("/proc/" + std::to_string(pid))) continue;
    const auto folder = fs::read_symlink(entry.path() / "run", ignored);
    if (ignored) continue;  // not yet, or not of this release
    try {
      runs.push_back({pid, control::read_run_info(folder)});
    } catch (const Error&) {  // somebody removed the folder
    }
  }
  std::ranges::sort(runs, {}, &LiveRun::launcher);
  return runs;
}

LiveRun find_run(const std::string& text) {
  auto runs = live_runs();
  const bool of_here = std::ranges::any_of(runs, [&](const auto& run) {
    std::error_code ignored;
    return fs::equivalent(run.info.folder, text, ignored);
  });
  if (!of_here && fs::exists(tap::far_door(text))) return {0, control::read_run_info(text)};
  if (runs.empty()) throw Error{Fault::usage, "no run is alive on this machine; `tutti ps`"};
  if (text.empty()) {
    if (runs.size() == 1) return std::move(runs.front());
    throw Error{Fault::usage, "which run? These are alive: {}", list(runs)};
  }
  std::error_code ignored;
  const auto folder = fs::weakly_canonical(text, ignored);
  std::vector<LiveRun> found;
  for (auto& run : runs)
    if (run.info.name == text || run.info.folder.filename() == text || run.info.folder == folder)
      found.push_back(run);
  if (found.size() == 1) return std::move(found.front());
  if (found.empty())
    throw Error{Fault::usage, "no run \"{}\" is alive; these are: {}", text, list(runs)};
  throw Error{Fault::usage, "{} runs are called {}; say which: {}", found.size(), text,
              list(found)};
}

}  // namespace tutti::cli
