// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <fstream>

#include "ask.hpp"
#include "tutti/error.hpp"
#include "verbs.hpp"

namespace tutti::cli {
namespace {

namespace fs = std::filesystem;

/// FOLDER/measures/granger-E-I.csv; in the present folder where a single file was asked.
fs::path place_of(const Ask& ask, const std::string& what) {
  if (!ask.output.empty()) return ask.output;
  const auto folder = fs::is_directory(ask.path) ? ask.path / "measures" : fs::path{"."};
  fs::create_directories(folder);
  return (folder / (file_name(ask, what) + ".csv")).lexically_normal();
}

/// Prints the answer and saves all its numbers as CSV, or JSON by the file's name.
int measure(const Ask& ask, const std::string& what, bool json) {
  const study::Recording recording{ask.path};
  const auto table = study::answer(what, question_of(ask, recording));
  const auto path = place_of(ask, what);
  std::ofstream out{path};
  out << (path.extension() == ".json" ? study::to_json(table) : study::to_csv(table));
  if (!out.flush()) throw Error{Fault::io, "cannot write {}", path.string()};
  fmt::print("{}", json ? study::to_json(table) : study::to_text(table));
  if (!json) fmt::print("{}: {} rows\n", path.string(), table.rows());
  return 0;
}

std::string manual() {
  std::string text = "Measures:\n";
  for (const auto& m : study::measures()) text += fmt::format("  {:<18}{}\n", m.name, m.doc);
  return text +
         "Example: tutti measure results/column-001 granger --from pyramidal --to interneuron";
}

}  // namespace

void add_measure(CLI::App& app, int& code) {
  struct Options {
    Ask ask;
    std::string what;
    bool json = false;
  };
  auto options = std::make_shared<Options>();
  auto* verb = app.add_subcommand("measure", "numbers from a run: rates, spectra, causality");
  add_question(*verb, options->ask);
  verb->add_option("WHAT", options->what, "the measure, see below")->required();
  verb->add_option("-o,--output", options->ask.output,
                   "FILE.csv or FILE.json; PATH/measures/ without it");
  verb->add_flag("--json", options->json, "print for programs");
  verb->footer(manual());
  verb->callback([=, &code] { code = measure(options->ask, options->what, options->json); });
}

}  // namespace tutti::cli
