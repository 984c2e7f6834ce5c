// SPDX-License-Identifier: MIT
#include "tutti/config/run_file.hpp"

#include <fmt/ranges.h>

#include <algorithm>

#include "run_reader.hpp"
#include "tutti/config/compose.hpp"
#include "tutti/config/view.hpp"
#include "tutti/config/yaml.hpp"

namespace tutti::config {
namespace {

namespace fs = std::filesystem;

/// "; those in it that have one are a, b", where there are any.
std::string runs_in(const fs::path& folder) {
  std::error_code fault;
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator{folder, fault})
    if (fs::exists(entry.path() / "run.yaml", fault))
      names.push_back((folder / entry.path().filename()).string());
  std::sort(names.begin(), names.end());
  return names.empty()
             ? ""
             : fmt::format("; of the folders in it these have: {}", fmt::join(names, ", "));
}

/// The file that a command line names: a folder means its run.yaml.
std::optional<fs::path> run_file_of(const fs::path& given, Problems& problems) {
  std::error_code fault;
  const Location place{given.string(), 0, 0, {}};
  if (fs::is_directory(given, fault)) {
    const fs::path inner = given / "run.yaml";
    if (fs::exists(inner, fault)) return inner.lexically_normal();
    problems.error(place, "this folder has no run.yaml{}", runs_in(given));
    return std::nullopt;
  }
  if (fs::exists(given, fault)) return given;
  std::vector<std::string> beside;
  const fs::path folder = given.has_parent_path() ? given.parent_path() : fs::path{"."};
  for (const auto& entry : fs::directory_iterator{folder, fault})
    beside.push_back(entry.path().filename().string());
  std::sort(beside.begin(), beside.end());
  problems.error(place, "there is no such file or folder{}",
                 did_you_mean(given.filename().string(), beside));
  return std::nullopt;
}

/// Puts the tree in the place of a `model: PATH`. The path stays where it cannot be read.
void read_model(Node& model, const std::string& module, Problems& problems) {
  if (!model.is_scalar()) return;
  try {
    const fs::path path = resolve(model);
    std::error_code fault;
    if (!fs::exists(path, fault)) {
      problems.error(model.place, "modules.{}.model: there is no file {}", module, path.string());
      return;
    }
    if (fs::is_directory(path, fault)) {
      problems.error(model.place, "modules.{}.model: {} is a folder where a YAML file is needed",
                     module, path.string());
      return;
    }
    // named as a person would who stands where the run file was named from
    const fs::path file{model.place.file};
    const bool relative = !file.is_absolute() && model.place.line > 0 &&
                          !fs::path{model.text}.is_absolute() && !model.text.starts_with("~");
    const fs::path shown = relative ? (file.parent_path() / model.text).lexically_normal() : path;
    model = read_with_includes(fs::exists(shown, fault) ? shown : path, problems);
  } catch (const Error& e) {
    problems.add(problems_of(e));
  }
}

template <typename Use>
void for_each_model(Node& root, Use use) {
  Node* modules = root.find("modules");
  if (modules == nullptr) return;
  for (auto& module : modules->entries)
    if (Node* model = module.value.find("model")) use(module.key, *model);
}

/// Lays a file over what is there. A model in place refines one that was read from a path; a path
/// replaces whatever model there was.
Node lay_over(Node base, const Node& over, Problems& problems) {
  Node ahead = over;
  for_each_model(ahead, [&](const std::string& name, Node& model) {
    Node* module = base.find("modules") == nullptr ? nullptr : base.find("modules")->find(name);
    Node* below = module == nullptr ? nullptr : module->find("model");
    if (below == nullptr) return;
    if (model.is_scalar())
      *below = Node{};
    else
      read_model(*below, name, problems);
  });
  return merge(base, ahead);
}

Node compose(const RunInput& input, Problems& problems) {
  Node root;
  for (const auto& given : input.files) {
    const auto file = run_file_of(given, problems);
    if (!file) continue;
    try {
      const Node next = read_with_includes(*file, problems);
      if (!next.is_map())
        problems.error(next.place,
                       "{}; a run file begins with `tutti: 1` and has `run:` and `modules:`",
                       next.is_null() ? "this file is empty" : "this is " + describe(next));
      else
        root = lay_over(root, next, problems);
    } catch (const Error& e) {
      problems.add(problems_of(e));
    }
  }
  for_each_model(root,
                 [&](const std::string& name, Node& model) { read_model(model, name, problems); });
  settle(root);
  const fs::path cwd = input.cwd.empty() ? fs::current_path() : input.cwd;
  for (const auto& set : input.sets) {
    try {
      set_path(root, set, cwd);
    } catch (const Error& e) {
      problems.add(problems_of(e));
    }
  }
  for_each_model(root, [&](const std::string& name, Node& model) {
    read_model(model, name, problems);  // a path after --set
  });
  return root;
}

}  // namespace

std::string to_string(const PortName& name) { return name.module + "." + name.port; }

const ModuleSpec* RunSpec::find(std::string_view module) const {
  const auto found = std::find_if(modules.begin(), modules.end(),
                                  [&](const ModuleSpec& m) { return m.name == module; });
  return found == modules.end() ? nullptr : &*found;
}

RunSpec load_run(const RunInput& input, Problems& problems) {
  const std::size_t before = problems.error_count();
  Node tree = compose(input, problems);
  if (tree.is_null()) {
    if (problems.error_count() == before) problems.error({}, "no run file was given");
    return {};
  }
  return read_run(std::move(tree), problems);
}

namespace {

/// Writes paths of existing files in full. Only text that names a file, with an extension, as seen
/// from the file where it stands, can be meant as a path.
void make_absolute(Node& node) {
  if (node.is_scalar() && node.text.find('.') != std::string::npos && node.text.size() < 4096 &&
      fs::path{node.text}.has_extension() && !node.place.folder.empty()) {
    std::error_code fault;
    const fs::path path = resolve(node);
    if (fs::is_regular_file(path, fault)) node.text = path.string();
  }
  for (auto& item : node.items) make_absolute(item);
  for (auto& entry : node.entries) make_absolute(entry.value);
}

/// Programs need no extension to be meant as a path: one that has a slash is.
void make_commands_absolute(Node& tree) {
  Node* modules = tree.find("modules");
  if (modules == nullptr) return;
  for (auto& module : modules->entries) {
    Node* command = module.value.find("command");
    if (command != nullptr && command->is_list())
      command = command->items.empty() ? nullptr : &command->items.front();
    if (command != nullptr && command->text.find('/') != std::string::npos &&
        !command->place.folder.empty())
      command->text = resolve(*command).string();
  }
}

}  // namespace

std::string resolved_yaml(const RunSpec& run) {
  Node tree = run.tree;
  make_absolute(tree);
  make_commands_absolute(tree);
  return to_yaml(tree);
}

}  // namespace tutti::config
