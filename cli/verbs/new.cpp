// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cctype>
#include <fstream>
#include <memory>
#include <sstream>

#include "../prepare.hpp"
#include "tutti/error.hpp"
#include "verbs.hpp"

namespace tutti::cli {
namespace {

namespace fs = std::filesystem;

/// Every occurrence of NAME as a word of its own, or as a part of a file's name.
std::string named(std::string text, const std::string& name) {
  const std::string mark = "NAME";
  for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += name.size())
    text.replace(at, mark.size(), name);
  return text;
}

void check_name(const std::string& name) {
  bool good = !name.empty() && std::isalpha(static_cast<unsigned char>(name.front())) != 0;
  for (const char c : name)
    good = good && (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_');
  if (!good)
    throw Error{Fault::usage,
                "\"{}\" cannot name a module; a name is a letter, then letters, digits or _", name};
}

int make_module(const std::string& name, bool python) {
  check_name(name);
  const auto templates = support_folder() / "templates" / (python ? "module-python" : "module-cpp");
  const fs::path folder{name};
  if (fs::exists(folder))
    throw Error{Fault::usage, "{} is there already; nothing was written", folder.string()};
  fs::create_directories(folder);
  for (const auto& entry : fs::directory_iterator{templates}) {
    std::stringstream text;
    text << std::ifstream{entry.path()}.rdbuf();
    const auto to = folder / named(entry.path().filename().string(), name);
    std::ofstream out{to};
    out << named(text.str(), name);
    if (!out.flush()) throw Error{Fault::io, "cannot write {}", to.string()};
  }
  fmt::print("{} is there. Now:\n  cd {}\n", folder.string(), folder.string());
  if (!python)
    fmt::print("  cmake -B build -DTutti_DIR={} && cmake --build build\n", cmake_folder().string());
  fmt::print("  tutti run .\n  python3 test.py\n");
  return 0;
}

}  // namespace

void add_new(CLI::App& app, int& code) {
  struct Options {
    std::string name;
    bool python = false;
  };
  auto options = std::make_shared<Options>();
  auto* verb = app.add_subcommand("new", "a module of your own that builds, runs and is tested");
  auto* module = verb->add_subcommand("module", "writes the folder NAME with all it needs");
  module->add_option("NAME", options->name, "of the module and its folder")->required();
  module->add_flag("--python", options->python, "in Python instead of C++");
  module->footer("Example: tutti new module retina --python && tutti run retina");
  verb->require_subcommand(1);
  module->callback([=, &code] { code = make_module(options->name, options->python); });
}

}  // namespace tutti::cli
