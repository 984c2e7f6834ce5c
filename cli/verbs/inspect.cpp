// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <stdlib.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <fstream>
#include <memory>
#include <sstream>

#include "../child.hpp"
#include "../prepare.hpp"
#include "../report.hpp"
#include "../run/run_folder.hpp"
#include "tutti/config/yaml.hpp"
#include "tutti/error.hpp"
#include "verbs.hpp"

namespace tutti::cli {
namespace {

namespace fs = std::filesystem;

/// What a module makes of its model, or tutti-cell of a morphology.
int inspect_model(const std::string& program, const std::string& file,
                  const std::vector<std::string>& more) {
  config::ModuleSpec spec;
  spec.use = program;
  std::vector<std::string> command{program_of(spec).string(), "--inspect", file};
  command.insert(command.end(), more.begin(), more.end());
  const auto result = run_child(command, std::chrono::seconds{60});
  fmt::print("{}", result.output);
  fmt::print(stderr, "{}", result.error);
  return result.code;
}

bool is_run_file(const fs::path& file) {
  if (fs::is_directory(file)) return fs::exists(file / "run.yaml");
  if (!fs::exists(file)) return false;
  const config::Node node = config::read_yaml(file);
  return node.is_map() && node.find("modules") != nullptr;
}

/// The options of an inspection of a run, out of those that a module's own would take.
struct Options {
  std::string picture, of, module;
};

Options read(const std::vector<std::string>& words) {
  Options options;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string* to = words[i] == "-o"         ? &options.picture
                      : words[i] == "--of"     ? &options.of
                      : words[i] == "--module" ? &options.module
                                               : nullptr;
    if (to == nullptr || i + 1 == words.size())
      throw Error{Fault::usage,
                  "tutti inspect: what is \"{}\"? It takes -o FILE.svg, --of SPECIES "
                  "and, with a run file, --module NAME",
                  words[i]};
    *to = words[++i];
  }
  return options;
}

/// The modules to be looked at. Throws Error{usage} where there are none, or too many for a
/// picture.
std::vector<std::string> chosen(const Prepared& prepared, const std::string& use,
                                const Options& options) {
  std::vector<std::string> names;
  for (const auto& module : prepared.run.modules)
    if (module.use == use && (options.module.empty() || module.name == options.module))
      names.push_back(module.name);
  if (names.empty())
    throw Error{Fault::usage, "the run has no module {}with `use: {}`",
                options.module.empty() ? "" : "\"" + options.module + "\" ", use};
  if (names.size() > 1 && !options.picture.empty())
    throw Error{Fault::usage,
                "the run has {} modules with `use: {}`: say which one to draw with "
                "--module {}",
                names.size(), use, fmt::join(names, " or --module ")};
  return names;
}

/// Looks at modules in a run of one step, in which segments that come through ports are known: each
/// writes what --inspect says into a folder named in its environment.
int inspect_in_run(const std::string& use, const fs::path& file, const Options& options) {
  const auto prepared = prepare({{file}, {}, fs::current_path()});
  if (!report(prepared.problems)) return exit_code(Fault::config);
  const auto names = chosen(prepared, use, options);
  Duration stop{};
  for (const auto& module : prepared.run.modules) stop = std::max(stop, module.step);
  const PrivateFolder place{"/tmp"};
  std::vector<std::string> command{(program_folder() / "tutti").string(),
                                   "run",
                                   file.string(),
                                   "--quiet",
                                   "--results",
                                   place.path().string(),
                                   "--set",
                                   fmt::format("run.stop={} ps", stop.count())};
  for (const auto& name : names) {
    command.emplace_back("--set");
    command.push_back(fmt::format("modules.{}.ranks=1", name));
  }
  ::setenv("TUTTI_INSPECT", place.path().c_str(), 1);  // NOLINT(concurrency-mt-unsafe): one thread
  if (!options.of.empty())
    ::setenv("TUTTI_INSPECT_OF", options.of.c_str(), 1);  // NOLINT(concurrency-mt-unsafe): likewise
  const auto result = run_child(command, std::chrono::minutes{10});
  if (result.code != 0) {
    fmt::print(stderr, "{}", result.error);
    return result.code;
  }
  for (const auto& name : names) {
    std::ifstream in{place.path() / (name + ".txt")};
    std::stringstream text;
    text << in.rdbuf();
    fmt::print("{}{}", name == names.front() ? "" : "\n", text.str());
    if (options.picture.empty()) continue;
    fs::copy_file(place.path() / (name + ".svg"), options.picture,
                  fs::copy_options::overwrite_existing);
  }
  return 0;
}

int inspect(const std::string& what, const std::string& file,
            const std::vector<std::string>& more) {
  if (what.ends_with(".swc") || what.ends_with(".SWC")) {
    auto all = more;
    if (!file.empty()) all.push_back(file);  // which -o names
    return inspect_model("cell", what, all);
  }
  if (what != "cell" && what != "rxd")
    throw Error{Fault::usage, "tutti inspect {}: takes a morphology FILE.swc, or cell, or rxd",
                what};
  if (file.empty())
    throw Error{Fault::config, "tutti inspect {}: needs a model file, or a morphology FILE.swc",
                what};
  if (what == "rxd" && is_run_file(file)) return inspect_in_run(what, file, read(more));
  if (what == "cell" && is_run_file(file))
    throw Error{Fault::usage,
                "tutti inspect cell: {} is a run; give the model of its cells, as in tutti inspect "
                "cell configs/column/cortex.yaml",
                file};
  return inspect_model(what, file, more);
}

}  // namespace

void add_inspect(CLI::App& app, int& code) {
  auto what = std::make_shared<std::string>();
  auto file = std::make_shared<std::string>();
  auto* verb = app.add_subcommand("inspect", "what is in a morphology or a model file");
  verb->add_option("FILE.swc|MODULE", *what, "a morphology, or cell, or rxd")->required();
  verb->add_option(
      "MODEL", *file,
      "the module's model file; for rxd also a run file, whose segments are then those "
      "of the run");
  verb->allow_extras();
  verb->footer(
      "Examples: tutti inspect pyramidal.swc [-o PICTURE.svg]\n"
      "          tutti inspect cell configs/brunel/cortex.yaml [-o PICTURE.svg]\n"
      "          tutti inspect rxd rxd/models/calcium.yaml [-o PICTURE.svg] [--of SPECIES]\n"
      "          tutti inspect rxd configs/column [--module calcium] [-o PICTURE.svg]");
  verb->callback([=, &code] { code = inspect(*what, *file, verb->remaining()); });
}

}  // namespace tutti::cli
