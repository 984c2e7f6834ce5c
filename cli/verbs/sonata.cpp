// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <memory>

#include "../child.hpp"
#include "../prepare.hpp"
#include "tutti/error.hpp"
#include "verbs.hpp"

namespace tutti::cli {
namespace {

int sonata(const std::string& config, const std::string& output) {
  const std::vector<std::string> command{(program_folder() / "tutti-cell").string(), "--sonata",
                                         config};
  const auto result = run_child(command, std::chrono::seconds{600});
  if (result.code != 0) {
    fmt::print(stderr, "{}", result.error);
    return result.code;
  }
  if (output.empty()) {
    fmt::print("{}", result.output);
    return 0;
  }
  std::ofstream file{output};
  file << result.output;
  if (!file.flush()) throw Error{Fault::io, "cannot write {}", output};
  fmt::print("wrote {0}; `tutti run {0}` runs it\n", output);
  return 0;
}

}  // namespace

void add_sonata(CLI::App& app, int& code) {
  auto config = std::make_shared<std::string>();
  auto output = std::make_shared<std::string>();
  auto* verb = app.add_subcommand("sonata", "the run file for a circuit in SONATA's format");
  verb->add_option("CONFIG", *config, "its simulation_config.json or config.json")->required();
  verb->add_option("-o", *output, "write it there instead of showing it");
  verb->footer("Example: tutti sonata circuit/config.json -o run.yaml");
  verb->callback([=, &code] { code = sonata(*config, *output); });
}

}  // namespace tutti::cli
