// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <sys/statvfs.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <array>
#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "../child.hpp"
#include "../prepare.hpp"
#include "tutti/config/schema_docs.hpp"
#include "tutti/error.hpp"
#include "tutti/version.hpp"
#include "verbs.hpp"

namespace tutti::cli {
namespace {

/// The first line that a command prints, or nothing where it is not there.
std::string first_line(const std::vector<std::string>& command) {
  const auto result = run_child(command, std::chrono::seconds{10});
  if (result.code != 0) return {};
  const auto text = result.output.empty() ? result.error : result.output;
  return text.substr(0, text.find('\n'));
}

void line(bool good, const std::string& what, const std::string& found, const std::string& remedy) {
  fmt::print("{} {:<14} {}{}\n", good ? "ok  " : "LACK", what, found.empty() ? "not found" : found,
             good || remedy.empty() ? "" : "; " + remedy);
}

std::string shared_memory() {
  struct statvfs space {};
  if (::statvfs("/dev/shm", &space) != 0) return {};
  return fmt::format(
      "{:.1f} GiB free in /dev/shm",
      static_cast<double>(space.f_bavail) * static_cast<double>(space.f_frsize) / (1U << 30U));
}

int list() {
  for (const auto& name : shipped_modules()) {
    const auto answer = describe(program_folder() / ("tutti-" + name), nullptr, {});
    const auto schema = nlohmann::json::parse(answer.schema);
    fmt::print("{}\n", name);
    if (schema.contains("description"))
      fmt::print("    {}\n", schema["description"].get<std::string>());
    if (!schema.contains("properties")) continue;
    std::string keys;
    for (const auto& [key, value] : schema["properties"].items())
      keys += (keys.empty() ? "" : ", ") + key;
    fmt::print("    model: {}\n", keys);
  }
  fmt::print("`tutti schema MODULE --markdown` explains a module's model.\n");
  return 0;
}

int schema(const std::string& module, bool markdown) {
  if (module.empty()) {
    fmt::print("{}\n", markdown ? config::reference_markdown(config::run_table())
                                : config::json_schema(config::run_table()));
    return 0;
  }
  config::ModuleSpec spec;
  spec.use = module;
  const auto program = program_of(spec);
  if (markdown) {
    fmt::print("{}\n", run_child({program.string(), "--help"}, std::chrono::seconds{10}).output);
    return 0;
  }
  fmt::print("{}\n", describe(program, nullptr, {}).schema);
  return 0;
}

int doctor() {
  fmt::print("Tutti {}\n", version);
  const auto cores = std::thread::hardware_concurrency();
  line(cores > 0, "cores", std::to_string(cores), "");
  const auto pages = ::sysconf(_SC_PHYS_PAGES), page = ::sysconf(_SC_PAGESIZE);
  line(true, "memory",
       fmt::format("{:.1f} GiB",
                   static_cast<double>(pages) * static_cast<double>(page) / (1U << 30U)),
       "");
  line(!shared_memory().empty(), "shared memory", shared_memory(), "mount a tmpfs at /dev/shm");
  struct Tool {
    const char* what;
    std::vector<std::string> command;
    const char* remedy;
  };
  const std::array tools{
      Tool{"mpirun", {"mpirun", "--version"}, "apt-get install openmpi-bin"},
      Tool{"python3", {"/usr/bin/python3", "--version"}, "apt-get install python3"},
      Tool{"h5py",
           {"/usr/bin/python3", "-c", "import h5py; print(h5py.__version__)"},
           "apt-get install python3-h5py, to read results in Python"},
      Tool{"graphviz", {"dot", "-V"}, "apt-get install graphviz, for `tutti graph -o FILE.svg`"}};
  bool good = true;
  for (const auto& tool : tools) {
    const auto found = first_line(tool.command);
    line(!found.empty(), tool.what, found, tool.remedy);
    good = good && (!found.empty() || std::string_view{tool.what} != "mpirun");
  }
  std::string names;
  for (const auto& name : shipped_modules()) names += (names.empty() ? "" : ", ") + name;
  line(!names.empty(), "modules", names, "build them: ./tutti does");
  return good ? 0 : 1;
}

}  // namespace

void add_list(CLI::App& app, int& code) {
  app.add_subcommand("list", "the modules that ship, with the keys of their models")
      ->callback([&code] { code = list(); });
}

void add_schema(CLI::App& app, int& code) {
  auto module = std::make_shared<std::string>();
  auto markdown = std::make_shared<bool>(false);
  auto* verb = app.add_subcommand("schema", "JSON Schema of the run file, or of a module's model");
  verb->add_option("MODULE", *module, "cell, rxd, lfp, …");
  verb->add_flag("--markdown", *markdown, "as a reference to read");
  verb->footer(
      "Examples: tutti schema --markdown              every key of the run file\n"
      "          tutti schema cell --markdown         every key of a cell model\n"
      "          tutti schema > run.schema.json       for an editor's completion");
  verb->callback([=, &code] { code = schema(*module, *markdown); });
}

void add_doctor(CLI::App& app, int& code) {
  app.add_subcommand("doctor", "what this machine has and lacks")->callback([&code] {
    code = doctor();
  });
}

void add_version(CLI::App& app, int& code) {
  app.add_subcommand("version", "the release")->callback([&code] {
    fmt::print("tutti {}\n", version);
    code = 0;
  });
}

}  // namespace tutti::cli
