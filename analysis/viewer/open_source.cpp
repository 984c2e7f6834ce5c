// SPDX-License-Identifier: MIT
#include "open_source.hpp"

#include "folder_source.hpp"
#include "live_source.hpp"
#include "tutti/control/run_info.hpp"
#include "tutti/error.hpp"

namespace viewer {

namespace {

namespace fs = std::filesystem;

/// Where the gateway of a run that goes on listens; "" where there is none any more.
std::string live_tap(const fs::path& folder) {
  if (!fs::exists(folder / "control" / "run.json") || fs::exists(folder / "summary.json"))
    return {};
  const auto tap = tutti::control::read_run_info(folder).tap;
  constexpr std::string_view local = "ipc://";
  // a launcher that was killed leaves no summary; its sockets are gone with it or soon after
  if (tap.starts_with(local) && !fs::exists(fs::path{tap.substr(local.size())}.parent_path()))
    return {};
  return tap;
}

}  // namespace

std::unique_ptr<Source> open_source(const fs::path& wanted) {
  if (!fs::is_directory(wanted))
    throw tutti::Error{tutti::Fault::config, "{} is no folder", wanted.string()};
  const auto folder = fs::canonical(wanted);
  if (const auto tap = live_tap(folder); !tap.empty())
    return std::make_unique<LiveSource>(folder, tap);
  return std::make_unique<FolderSource>(folder);
}

std::unique_ptr<Source> recordings_of(const fs::path& folder) {
  if (!fs::exists(folder / "summary.json")) return nullptr;
  try {
    return std::make_unique<FolderSource>(fs::canonical(folder));
  } catch (const std::exception&) {
    return nullptr;  // nothing was recorded: what came live stays to be looked at
  }
}

}  // namespace viewer
