// SPDX-License-Identifier: MIT
#include "contacts.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <fstream>
#include <optional>
#include <set>

#include "../child.hpp"
#include "../prepare.hpp"
#include "tutti/config/yaml.hpp"
#include "tutti/error.hpp"

namespace tutti::cli {
namespace {

namespace fs = std::filesystem;

/// More would make a JSON file that NetPyNE cannot load in a sensible time.
constexpr std::uint64_t most_contacts = 500'000;

/// A folder for the lists, gone with this.
class Scratch {
 public:
  Scratch() {
    std::string name = (fs::temp_directory_path() / "tutti-export-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
      throw Error{Fault::io, "cannot make a folder in {}", fs::temp_directory_path().string()};
    path_ = name;
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// From a module's numbers of cells to those of the export.
std::optional<std::uint64_t> exported(const RecordedRun& run, const std::string& module,
                                      std::uint64_t gid) {
  for (const auto& p : run.populations)
    if (p.module == module && p.in_module && gid >= *p.in_module && gid - *p.in_module < p.count)
      return p.first + gid - *p.in_module;
  return std::nullopt;
}

/// The seven numbers of a line. Throws Error{io} where it holds anything else.
std::vector<double> numbers_of(const std::string& line, const fs::path& file) {
  std::vector<double> values;
  const char* at = line.data();
  const char* const end = at + line.size();
  while (at < end) {
    const auto [next, fault] = std::from_chars(at, end, values.emplace_back());
    if (fault != std::errc{})
      throw Error{Fault::io, "{}: \"{}\" is no list of numbers", file.string(), line};
    at = next + 1;
  }
  if (values.size() != 7)
    throw Error{Fault::io, "{}: \"{}\" has {} values, not 7", file.string(), line, values.size()};
  return values;
}

/// Columns: source, target, weight, delay, segment, source_gid, target_gid.
void read_list(const fs::path& file, const RecordedRun& run, const std::string& module,
               std::map<std::uint64_t, std::vector<Contact>>& contacts) {
  std::ifstream in{file};
  std::string line;
  std::getline(in, line), std::getline(in, line);  // what it is; names of columns
  while (std::getline(in, line)) {
    const auto v = numbers_of(line, file);
    const auto from = exported(run, module, static_cast<std::uint64_t>(v[5]));
    const auto to = exported(run, module, static_cast<std::uint64_t>(v[6]));
    if (from && to)
      contacts[*to].push_back(
          {*from, static_cast<std::uint64_t>(v[4]), v[2], v[3], file.stem().string()});
  }
}

/// Asks tutti-cell; the reason why there is nothing, or an empty text.
std::string ask(const RecordedRun& run, const std::string& module, const config::Node& spec,
                std::map<std::uint64_t, std::vector<Contact>>& contacts) {
  const auto* model = spec.find("model");
  const auto* step = spec.find("step");
  if (model == nullptr || step == nullptr) return "the run file names no model";
  const Scratch scratch;
  std::ofstream{scratch.path() / "model.yaml"} << config::to_yaml(*model);
  config::ModuleSpec cell;
  cell.use = "cell";
  std::vector<std::string> command{program_of(cell).string(),
                                   "--inspect",
                                   (scratch.path() / "model.yaml").string(),
                                   "--step",
                                   step->text,
                                   "--seed",
                                   std::to_string(run.seed.value_or(0))};
  auto told = run_child(command, std::chrono::minutes{2});
  if (told.timed_out) return "tutti-cell took more than two minutes to count them";
  if (told.code != 0) return told.error;
  std::uint64_t cells = 0, count = 0;
  if (std::sscanf(told.output.c_str(), "%" SCNu64 " cells, %" SCNu64 " connections", &cells,
                  &count) == 2 &&
      count > most_contacts)
    return fmt::format(
        "there are {}, more than {}; `tutti inspect cell MODEL --connections FOLDER "
        "--seed {}` writes them as CSV",
        count, most_contacts, run.seed.value_or(0));
  const auto lists = scratch.path() / "lists";
  command.insert(command.end(), {"--connections", lists.string()});
  told = run_child(command, std::chrono::minutes{5});
  if (told.code != 0 || told.timed_out) return told.error;
  std::set<fs::path> files;
  for (const auto& file : fs::directory_iterator{lists}) files.insert(file.path());
  for (const auto& file : files) read_list(file, run, module, contacts);
  return {};
}

}  // namespace

std::map<std::uint64_t, std::vector<Contact>> contacts_of(const RecordedRun& run) {
  std::map<std::uint64_t, std::vector<Contact>> contacts;
  if (!fs::exists(run.folder / "run.yaml")) return contacts;
  const auto file = config::read_yaml(run.folder / "run.yaml");
  const auto* modules = file.find("modules");
  if (modules == nullptr) return contacts;
  for (const auto& [name, place, spec] : modules->entries) {
    const auto* use = spec.find("use");
    const bool known = std::ranges::any_of(
        run.populations, [&](const Population& p) { return p.module == name && p.in_module; });
    if (use == nullptr || use->text != "cell" || !known) continue;
    const auto reason = ask(run, name, spec, contacts);
    if (!reason.empty()) fmt::print(stderr, "connections of {} are left out: {}\n", name, reason);
  }
  return contacts;
}

}  // namespace tutti::cli
