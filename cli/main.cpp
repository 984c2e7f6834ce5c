// SPDX-License-Identifier: MIT
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

#include "run/run.hpp"
#include "tutti/config/problems.hpp"
#include "tutti/error.hpp"
#include "tutti/version.hpp"
#include "verbs/verbs.hpp"

namespace {

using namespace tutti;

/// What several verbs ask for in the same words.
void add_input(CLI::App& verb, config::RunInput& input) {
  verb.add_option("FILE", input.files, "run files, later ones win; a folder means its run.yaml")
      ->required();
  verb.add_option("--set", input.sets, "a value laid over the files: modules.cortex.ranks=4")
      ->take_all()
      ->expected(1)
      ->allow_extra_args(false);
}

int dispatch(int argc, char** argv) {
  CLI::App app{"Multi-scale simulation of brain tissue: several programs on one shared time grid."};
  app.name("tutti");
  app.footer("Begin with: tutti run configs/column\n`tutti VERB --help` says more of each verb.");
  app.set_version_flag("--version", version);
  app.require_subcommand(1);
  int code = 0;

  cli::RunOptions run;
  run.input.cwd = std::filesystem::current_path();
  run.results = "results";
  auto* run_verb = app.add_subcommand("run", "check, start and follow a run");
  add_input(*run_verb, run.input);
  run_verb->add_option("--results", run.results, "where run folders are made")
      ->capture_default_str();
  run_verb->add_flag("--quiet,-q", run.quiet, "only errors and the last line");
  run_verb->add_flag_callback(
      "--trace", [&] { run.input.sets.push_back("run.trace=true"); },
      "note what every process does when, for `tutti trace`");
  run_verb->footer(
      "Example: tutti run configs/column --set modules.cortex.ranks=1 --set run.stop=\"100 ms\"\n"
      "Exit codes: 0 done, 1 a process ended badly, 2 usage or run file, 3 deadline, 130 "
      "interrupted.");
  run_verb->callback([&] { code = cli::run_verb(run); });

  config::RunInput input;
  input.cwd = run.input.cwd;
  bool json = false;
  auto* check = app.add_subcommand("check", "everything that can be known without running");
  add_input(*check, input);
  check->add_flag("--json", json, "for programs");
  check->footer("Example: tutti check configs/column");
  check->callback([&] { code = cli::check_verb(input, json); });

  std::filesystem::path picture;
  auto* graph = app.add_subcommand("graph", "the modules and their connections as a picture");
  add_input(*graph, input);
  graph->add_option("-o,--output", picture, "FILE.svg or FILE.dot; DOT on the screen without it");
  graph->footer("Example: tutti graph configs/column -o column.svg");
  graph->callback([&] { code = cli::graph_verb(input, picture); });

  std::filesystem::path folder_a, folder_b;
  auto* diff = app.add_subcommand("diff", "the first difference between two runs");
  diff->add_option("A", folder_a, "a run folder")->required();
  diff->add_option("B", folder_b, "another")->required();
  diff->add_flag("--json", json, "for programs");
  diff->footer(
      "Example: tutti diff results/column-001 results/column-002\n"
      "Exit codes: 0 the runs are the same, 1 they are not, 2 they cannot be compared.");
  diff->callback([&] { code = cli::diff_verb(folder_a, folder_b, json); });

  std::filesystem::path traced, timeline;
  auto* trace = app.add_subcommand("trace", "who computed, waited (for whom) and sent when");
  trace->add_option("FOLDER", traced, "of a run with --trace")->required();
  trace->add_option("-o,--output", timeline, "FILE.json; FOLDER/trace.json without it");
  trace->footer(
      "Example: tutti trace results/column-001\n"
      "Open the file in https://ui.perfetto.dev or chrome://tracing; nothing is uploaded.");
  trace->callback([&] { code = cli::trace_verb(traced, timeline); });

  app.add_subcommand("list", "the modules that ship, with the keys of their models")->callback([&] {
    code = cli::list_verb();
  });

  std::string module;
  bool markdown = false;
  auto* schema =
      app.add_subcommand("schema", "JSON Schema of the run file, or of a module's model");
  schema->add_option("MODULE", module, "cell, rxd, lfp, …");
  schema->add_flag("--markdown", markdown, "as a reference to read");
  schema->callback([&] { code = cli::schema_verb(module, markdown); });

  std::string model;
  auto* inspect = app.add_subcommand("inspect", "what a module makes of a model file");
  inspect->add_option("MODULE", module, "rxd")->required();
  inspect->add_option("MODEL", model, "its model file")->required();
  inspect->allow_extras();
  inspect->footer("Example: tutti inspect rxd rxd/models/calcium.yaml [-o PICTURE.svg]");
  inspect->callback([&] { code = cli::inspect_verb(module, model, inspect->remaining()); });

  app.add_subcommand("doctor", "what this machine has and lacks")->callback([&] {
    code = cli::doctor_verb();
  });
  app.add_subcommand("version", "the release")->callback([] { fmt::print("tutti {}\n", version); });

  std::vector<std::string> verbs;
  for (const auto* verb : app.get_subcommands({})) verbs.push_back(verb->get_name());
  if (argc > 1 && argv[1][0] != '-' && std::ranges::find(verbs, argv[1]) == verbs.end()) {
    const auto near = config::nearest(argv[1], verbs);
    throw Error{Fault::usage, "there is no verb \"{}\"{}; `tutti --help` lists them", argv[1],
                near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near)};
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : exit_code(Fault::usage);
  }
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return dispatch(argc, argv);
  } catch (const Error& e) {
    std::fflush(stdout);
    fmt::print(stderr, "tutti: {}\n", e.what());
    return exit_code(e.fault());
  } catch (const std::exception& e) {
    fmt::print(stderr, "tutti: {}\n", e.what());
    return 1;
  }
}
