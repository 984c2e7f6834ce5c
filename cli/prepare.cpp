// SPDX-License-Identifier: MIT
#include "prepare.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <future>

#include "child.hpp"
#include "tutti/config/yaml.hpp"
#include "tutti/error.hpp"

namespace tutti::cli {
namespace {

/// Programs of ours that are no modules.
constexpr std::array not_modules{"broker", "viewer"};
/// Modules of our tests, which a build of them puts beside the others: they run, but nobody is
/// told.
constexpr std::array of_tests{"machine", "thrower", "witness"};

/// A temporary file that is gone with its owner.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text)
      : path_{(std::filesystem::temp_directory_path() / "tutti-model-XXXXXX").string()} {
    const int fd = ::mkstemp(path_.data());
    if (fd < 0) throw Error{Fault::io, "cannot write a temporary file {}", path_};
    ::close(fd);
    std::ofstream{path_} << text;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// Asks one module; what goes wrong with asking becomes a problem at its place.
config::Description ask(const config::ModuleSpec& module) {
  if (module.use.empty()) {
    config::Description declared;
    declared.ports = module.ports;
    if (!module.declared) declared.summary = "known only at run time";
    return declared;
  }
  try {
    return describe(program_of(module), &module.model, module.step);
  } catch (const Error& e) {
    config::Description failed;
    failed.problems.error({}, "{}", e.what());
    return failed;
  }
}

/// What a module says of no place in a file, said with its name and place.
config::Problems placed(const config::Problems& problems, const config::ModuleSpec& module) {
  config::Problems out;
  for (auto problem : problems.all()) {
    if (problem.place.file.empty()) {
      problem.place = module.place;
      problem.text = fmt::format("{}: {}", module.name, problem.text);
    }
    out.add(std::move(problem));
  }
  return out;
}

/// Asks all modules that are not known yet, several at a time.
void ask_all(Prepared& prepared) {
  std::vector<std::pair<std::string, std::future<config::Description>>> answers;
  for (const auto& module : prepared.run.modules)
    if (module.usable && !prepared.descriptions.contains(module.name))
      answers.emplace_back(module.name,
                           std::async(std::launch::async, [&module] { return ask(module); }));
  for (auto& [name, answer] : answers) {
    auto description = answer.get();
    const auto* module = prepared.run.find(name);
    prepared.problems.add(placed(description.problems, *module));
    const bool known = !module->use.empty() || module->declared;
    if (description.problems.ok() && known) prepared.ports[name] = description.ports;
    prepared.descriptions.emplace(name, std::move(description));
  }
}

}  // namespace

std::filesystem::path program_folder() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

std::filesystem::path support_folder() { return program_folder().parent_path() / "lib" / "tutti"; }

std::filesystem::path python_folder() { return support_folder() / "python"; }

std::filesystem::path cmake_folder() {
  const auto top = program_folder().parent_path();
  for (const auto& folder : {top / "lib" / "cmake" / "Tutti", top})
    if (std::filesystem::exists(folder / "TuttiConfig.cmake")) return folder;
  throw Error{Fault::config, "{} holds no TuttiConfig.cmake: neither an installation nor a build",
              top.string()};
}

std::vector<std::string> shipped_modules() {
  std::vector<std::string> names;
  constexpr std::string_view prefix = "tutti-";
  for (const auto& entry : std::filesystem::directory_iterator{program_folder()}) {
    const auto file = entry.path().filename().string();
    if (!file.starts_with(prefix)) continue;
    const auto name = file.substr(prefix.size());
    if (std::ranges::find(not_modules, name) == not_modules.end() &&
        std::ranges::find(of_tests, name) == of_tests.end())
      names.push_back(name);
  }
  std::ranges::sort(names);
  return names;
}

std::filesystem::path program_of(const config::ModuleSpec& module) {
  const auto path = program_folder() / ("tutti-" + module.use);
  const auto names = shipped_modules();
  if (std::ranges::find(names, module.use) != names.end() ||
      (std::ranges::find(of_tests, module.use) != of_tests.end() && std::filesystem::exists(path)))
    return path;
  std::string known;
  for (const auto& name : names) known += (known.empty() ? "" : ", ") + name;
  const auto near = config::nearest(module.use, names);
  throw Error{Fault::config, "no module \"{}\" ships with Tutti; there are {}{}", module.use, known,
              near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near)};
}

config::Description describe(const std::filesystem::path& program, const config::Node* model,
                             Duration step) {
  std::vector<std::string> command{program.string(), "--describe"};
  std::unique_ptr<TemporaryFile> file;
  if (model != nullptr) {
    file = std::make_unique<TemporaryFile>(config::to_json_with_places(*model));
    command.insert(command.end(), {file->path(), "--step", tutti::to_string(step)});
  }
  constexpr std::chrono::seconds patience{60};  // large models on busy machines take some
  const auto result = run_child(command, patience);
  if (result.timed_out)
    throw Error{Fault::config,
                "{} --describe did not answer within {} s: the model is too large for this "
                "machine, or the machine too busy",
                program.filename().string(), patience.count()};
  if (result.code != 0)
    throw Error{Fault::config, "{} --describe failed ({}): {}", program.filename().string(),
                result.how(), result.error.empty() ? "no word" : result.error};
  return config::description_from_json(result.output);
}

Prepared prepare(const config::RunInput& input, Duration recorder_step) {
  Prepared prepared;
  prepared.run = config::load_run(input, prepared.problems);
  ask_all(prepared);
  const bool modules_sound = prepared.problems.ok();
  prepared.run = config::with_recorder(prepared.run, prepared.ports, prepared.problems);
  if (recorder_step > Duration::zero())
    for (auto& module : prepared.run.modules)
      if (module.use == "recorder") module.step = recorder_step;
  ask_all(prepared);
  config::Problems matching_problems;
  prepared.matching = config::match(prepared.run, prepared.ports, matching_problems);
  if (modules_sound || !prepared.ports.empty()) prepared.problems.add(matching_problems);
  return prepared;
}

}  // namespace tutti::cli
