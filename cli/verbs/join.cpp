// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "../run/job.hpp"
#include "tutti/control/run_info.hpp"
#include "tutti/error.hpp"
#include "verbs.hpp"

namespace tutti::cli {
namespace {

namespace fs = std::filesystem;

struct JoinOptions {
  std::filesystem::path run;
  std::string module, listen;
  std::vector<std::string> command;
};

/// Becomes the command, in the environment in which the launcher would have started it.
int join(const JoinOptions& options) {
  std::error_code ignored;
  const auto folder = fs::weakly_canonical(options.run, ignored);
  const auto info = control::read_run_info(folder);
  control::number_of(info, options.module);  // says which there are, where it is none
  if (fs::exists(folder / "summary.json"))
    throw Error{Fault::usage, "{} has ended; start it again with `tutti run`", folder.string()};
  if (!options.listen.empty()) {
    if (!info.listen.starts_with("tcp://"))
      throw Error{Fault::usage,
                  "--listen {}: the run's processes meet on this machine only; say `run: {{listen: "
                  "\"tcp://ADDRESS\"}}` in its file",
                  options.listen};
    ::setenv("TUTTI_LISTEN", options.listen.c_str(), 1);
  }
  for (const auto& [name, value] : identity(folder, options.module))
    ::setenv(name.c_str(), value.c_str(), 1);
  std::vector<std::string> words = options.command;
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  ::execvp(arguments.front(), arguments.data());
  throw Error{Fault::usage, "cannot start {}: {}", options.command.front(), std::strerror(errno)};
}

}  // namespace

void add_join(CLI::App& app, int& code) {
  auto options = std::make_shared<JoinOptions>();
  auto* verb =
      app.add_subcommand("join", "start a module by hand: in a debugger, a notebook's shell");
  verb->add_option("RUN", options->run, "the run folder")->required();
  verb->add_option("MODULE", options->module, "one that says `start: hand`")->required();
  verb->add_option("--listen", options->listen,
                   "where others reach it, if it is on another host: tcp://ADDRESS of that");
  verb->add_option("COMMAND", options->command, "after --, with its arguments")->required();
  verb->footer(
      "Example: tutti join results/pair-001 echo -- /usr/bin/python3 -m pdb echo.py\n"
      "The run waits for it as long as `run.deadline` says. With several ranks: -- mpirun -np N …");
  verb->callback([=, &code] { code = join(*options); });
}

}  // namespace tutti::cli
