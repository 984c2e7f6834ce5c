// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <vector>

#include "../observe/live_runs.hpp"
#include "../prepare.hpp"
#include "tutti/error.hpp"
#include "verbs.hpp"

namespace tutti::cli {
namespace {

namespace fs = std::filesystem;

/// The folder that is meant: one by its path, a run of that name that is alive, or the newest one
/// of that name below `results`.
fs::path run_folder(const std::string& wanted, const fs::path& results) {
  if (fs::is_directory(wanted)) return wanted;
  if (fs::is_directory(results / wanted)) return results / wanted;
  for (const auto& run : live_runs())
    if (run.info.name == wanted) return run.info.folder;
  fs::path newest;
  std::vector<std::string> others;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator{results, none}) {
    const auto name = entry.path().filename().string();
    const auto stem = name.substr(0, name.rfind('-'));
    if (stem != wanted)
      others.push_back(name);
    else if (newest.empty() ||
             std::pair{name.size(), name} >
                 std::pair{newest.filename().string().size(), newest.filename().string()})
      newest = entry.path();
  }
  if (!newest.empty()) return newest;
  std::ranges::sort(others);
  if (others.size() > 8) others.resize(8);
  throw Error{
      Fault::usage,     "no run \"{}\": neither a folder nor in {}{}{}", wanted,
      results.string(), others.empty() ? "" : ", which holds ",          fmt::join(others, ", ")};
}

int view(const std::string& wanted, const fs::path& results, int port, bool browser) {
  std::vector<std::string> command{(program_folder() / "tutti-viewer").string(),
                                   run_folder(wanted, results).string()};
  if (port != 0) command.insert(command.end(), {"--port", std::to_string(port)});
  if (browser) command.emplace_back("--open");
  std::vector<char*> arguments;
  for (auto& text : command) arguments.push_back(text.data());
  arguments.push_back(nullptr);
  ::execv(arguments.front(), arguments.data());
  throw Error{Fault::io, "cannot start {}: {}", command.front(), std::strerror(errno)};
}

struct Wish {
  std::string run;
  fs::path results = "results";
  int port = 0;
  bool no_browser = false;
};

}  // namespace

void add_view(CLI::App& app, int& code) {
  auto wish = std::make_shared<Wish>();
  auto* verb = app.add_subcommand("view", "a run in the browser: live, or when it is over");
  verb->add_option("RUN", wish->run, "a run folder, a folder of SONATA files, or a run's name")
      ->required();
  verb->add_option("--results", wish->results, "where runs are looked for by name")
      ->capture_default_str();
  verb->add_option("--port", wish->port, "of 127.0.0.1; the first free one from 8470 without it")
      ->check(CLI::Range(1, 65535));
  verb->add_flag("--no-browser", wish->no_browser, "only print the address");
  verb->footer(
      "Example: tutti view results/column-001\n"
      "The address works on this machine only; from another one: ssh -L 8470:127.0.0.1:8470 HOST\n"
      "Ends with Ctrl-C.");
  verb->callback(
      [wish, &code] { code = view(wish->run, wish->results, wish->port, !wish->no_browser); });
}

}  // namespace tutti::cli
