// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <memory>

#include "../compare/hashes.hpp"
#include "../recordings.hpp"
#include "../report.hpp"
#include "../run/replay.hpp"
#include "../run/run.hpp"
#include "../run/run_folder.hpp"
#include "tutti/error.hpp"
#include "verbs.hpp"

namespace tutti::cli {
namespace {

struct Options {
  std::filesystem::path folder, results = "results";
  std::vector<std::string> only, sets;
  bool quiet = false, write = false;
};

/// Says of each port that both have whether it is the same.
int compare(const std::filesystem::path& whole_folder, const std::filesystem::path& alone_folder,
            const std::vector<std::string>& only) {
  const auto whole = read_summary(whole_folder), alone = read_summary(alone_folder);
  int equal = 0, differ = 0;
  for (const auto& [port, bins] : alone.hashes) {
    const auto other = whole.hashes.find(port);
    const bool ours = std::ranges::find(only, port.substr(0, port.find('.'))) != only.end();
    if (!ours || other == whole.hashes.end()) continue;
    (bins == other->second ? equal : differ) += 1;
    fmt::print("{}: {}\n", port, bins == other->second ? "as in the whole run" : "DIFFERS");
  }
  if (equal + differ == 0)
    fmt::print("nothing to compare: the outputs of {} went nowhere in the whole run\n",
               fmt::join(only, ", "));
  return differ == 0 ? 0 : 1;
}

int replay(const Options& options) {
  sound_recordings(options.folder);
  const auto prepared = prepare({{options.folder / "run.yaml"}, {}, options.folder});
  if (!report(prepared.problems)) return exit_code(Fault::config);
  const PrivateFolder place{"/tmp"};
  const auto file = place.path() / "replay.yaml";
  const auto text = replay_of(std::filesystem::canonical(options.folder), prepared, options.only);
  if (options.write) {
    fmt::print("{}", text);
    return 0;
  }
  std::ofstream{file} << text;
  RunOptions run;
  run.input = {{file}, options.sets, std::filesystem::current_path()};
  run.results = options.results, run.quiet = options.quiet;
  if (const auto log = options.folder / "steering.jsonl"; std::filesystem::exists(log)) {
    run.steer = place.path() / "steering.jsonl";
    std::ofstream{run.steer} << steering_of(log, options.only);
  }
  std::filesystem::path folder;
  run.folder = &folder;
  if (const int code = execute(run); code != 0) return code;
  return compare(options.folder, folder, options.only);
}

}  // namespace

void add_replay(CLI::App& app, int& code) {
  auto options = std::make_shared<Options>();
  auto* verb = app.add_subcommand("replay", "some modules of a run alone, against its recordings");
  verb->add_option("FOLDER", options->folder, "the run's folder")
      ->required()
      ->check(CLI::ExistingDirectory);
  verb->add_option("--only", options->only, "the modules that run; players stand for the others")
      ->required();
  verb->add_option("--set", options->sets, "a value laid over the run: modules.calcium.ranks=2")
      ->take_all()
      ->expected(1)
      ->allow_extra_args(false);
  verb->add_option("--results", options->results, "where run folders are made")
      ->capture_default_str();
  verb->add_flag("--write", options->write, "prints the run file instead of running it");
  verb->add_flag("--quiet,-q", options->quiet, "only errors and results");
  verb->footer(
      "Needs what the modules heard, recorded with `exact: true`, and what they were sent by "
      "hand.\n"
      "Example: tutti replay results/column-001 --only calcium\n"
      "Exit codes: as of `tutti run`; 1 also where an output is another than in the whole run.");
  verb->callback([options, &code] { code = replay(*options); });
}

}  // namespace tutti::cli
