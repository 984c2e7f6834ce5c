// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "../export/formats.hpp"
#include "tutti/error.hpp"
#include "verbs.hpp"

namespace tutti::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  fs::path folder, to;
  std::string format = "all";
};

int export_run(const Options& options) {
  const auto to = options.to.empty() ? options.folder / "export" : options.to;
  const auto run = read_recorded_run(options.folder);
  if (fs::exists(to))
    throw Error{Fault::usage,
                "{} exists already, and nothing is overwritten; remove it or say --to",
                to.string()};
  fs::create_directories(to);
  if (options.format != "netpyne") export_csv(run, to);
  if (options.format != "csv") export_netpyne(run, to);
  std::size_t spikes = 0;
  for (const auto& list : run.spikes) spikes += list.times.size();
  const auto counted = [](std::size_t count, const char* what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
  };
  fmt::print("{}: {}, {}, {} written to {}\n", run.name,
             counted(run.populations.size(), "population"), counted(spikes, "spike"),
             counted(run.signals.size(), "signal"), fs::proximate(to).string());
  return 0;
}

}  // namespace

void add_export(CLI::App& app, int& code) {
  auto options = std::make_shared<Options>();
  auto* verb = app.add_subcommand("export", "recordings as CSV and as NetPyNE's JSON");
  verb->add_option("FOLDER", options->folder, "a run folder, of a run that ended in any way")
      ->required();
  verb->add_option("-t,--to", options->to, "new folder for the files; FOLDER/export without it");
  verb->add_option("-f,--format", options->format, "csv, netpyne or all")
      ->check(CLI::IsMember({"csv", "netpyne", "all"}));
  verb->footer("Example: tutti export results/column-001 --format csv");
  verb->callback([=, &code] { code = export_run(*options); });
}

}  // namespace tutti::cli
