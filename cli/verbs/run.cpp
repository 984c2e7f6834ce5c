// SPDX-License-Identifier: MIT
#include "../run/run.hpp"

#include <memory>

#include "input.hpp"
#include "verbs.hpp"

namespace tutti::cli {

void add_run(CLI::App& app, int& code) {
  auto options = std::make_shared<RunOptions>();
  options->results = "results";
  auto* verb = app.add_subcommand("run", "check, start and follow a run");
  auto* files = add_input(*verb, options->input);
  verb->add_option("--results", options->results, "where run folders are made")
      ->capture_default_str();
  verb->add_flag("--view", options->view, "look at it in the browser while it goes on");
  verb->add_flag("--quiet,-q", options->quiet, "only errors and the last line");
  verb->add_option("--steer", options->steer, "a log to follow: steering.jsonl of an earlier run")
      ->check(CLI::ExistingFile);
  verb->add_option("--resume", options->resume,
                   "goes on from a checkpoint, or the last one of a run folder; without FILE, by "
                   "the run file in there")
      ->check(CLI::ExistingDirectory)
      ->each([files](const std::string&) { files->required(false); });
  verb->add_flag_callback(
      "--trace", [options] { options->input.sets.push_back("run.trace=true"); },
      "note what every process does when, for `tutti trace`");
  verb->footer(
      "Example: tutti run configs/column --set modules.cortex.ranks=1 --set run.stop=\"100 ms\"\n"
      "         tutti run --resume results/column-001 --set modules.cortex.ranks=1\n"
      "Exit codes: 0 done, 1 a process ended badly, 2 usage or run file, 3 deadline, 130 "
      "interrupted.");
  verb->callback([options, &code] { code = execute(*options); });
}

}  // namespace tutti::cli
