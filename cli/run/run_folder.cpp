// SPDX-License-Identifier: MIT
#include "run_folder.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <thread>

#include "tutti/config/yaml.hpp"
#include "tutti/error.hpp"

namespace tutti::cli {
namespace {

void write_file(const std::filesystem::path& path, const std::string& text) {
  std::error_code ignored;
  std::filesystem::create_directories(path.parent_path(), ignored);
  std::ofstream out{path};
  out << text;
  if (!out.flush())
    throw Error{Fault::io, "cannot write {}: {}", path.string(), std::strerror(errno)};
}

double spin_of(const config::ModuleSpec& module, bool crowded) {
  switch (module.wait) {
    case config::Waiting::spin:
      return 1e9;
    case config::Waiting::sleep:
      return 0;
    case config::Waiting::automatic:
      break;
  }
  return crowded ? 2 : 1000;  // [us] docs/adr/0007: what was measured
}

}  // namespace

std::filesystem::path make_run_folder(const std::filesystem::path& results,
                                      const std::string& name) {
  std::error_code error;
  std::filesystem::create_directories(results, error);
  if (error)
    throw Error{Fault::config,
                "cannot make the results folder {}: {}; choose another one with --results",
                results.string(), error.message()};
  constexpr int most = 100'000;
  for (int number = 1; number < most; ++number) {
    const auto folder = results / fmt::format("{}-{:03}", name, number);
    if (std::filesystem::create_directory(folder, error)) return std::filesystem::canonical(folder);
    if (error)
      throw Error{Fault::config,
                  "cannot make the run folder {}: {}; choose another place with --results",
                  folder.string(), error.message()};
  }
  throw Error{Fault::config,
              "{} holds {} runs of {}; tidy up or choose another place with --results",
              results.string(), most, name};
}

namespace {

/// Removes what launchers that were killed left behind: folders whose process is no more.
void sweep(const std::filesystem::path& base, const std::string& prefix) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator{base, ignored}) {
    const auto name = entry.path().filename().string();
    if (!name.starts_with(prefix)) continue;
    const long pid = std::strtol(name.c_str() + prefix.size(), nullptr, 10);
    if (pid > 0 && !std::filesystem::exists("/proc/" + std::to_string(pid)))
      std::filesystem::remove_all(entry.path(), ignored);
  }
}

}  // namespace

PrivateFolder::PrivateFolder(const std::filesystem::path& base) {
  const auto prefix = fmt::format("tutti-{}-", ::getuid());
  sweep(base, prefix);
  path_ = base / fmt::format("{}{}-XXXXXX", prefix, ::getpid());
  std::string name = path_.string();
  if (::mkdtemp(name.data()) == nullptr)
    throw Error{Fault::io, "cannot make a private folder in {}: {}", base.string(),
                std::strerror(errno)};
  path_ = name;
}

PrivateFolder::~PrivateFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

control::RunInfo write_run_folder(const Prepared& prepared, const std::filesystem::path& folder,
                                  const std::string& endpoint) {
  const auto& run = prepared.run;
  control::RunInfo info;
  info.name = run.name;
  info.folder = folder;
  info.endpoint = endpoint;
  info.stop = run.stop;
  info.seed = run.seed;
  info.hash_bin = run.hash_bin.value_or(Duration::zero());
  info.rings = run.rings;
  info.trace = run.trace;
  int ranks = 0;
  for (const auto& module : run.modules) ranks += module.ranks;
  const bool crowded = ranks > static_cast<int>(std::thread::hardware_concurrency());
  std::int32_t first = 0;
  for (const auto& module : run.modules) {
    const auto model = std::filesystem::path{"model"} / (module.name + ".json");
    write_file(folder / model, config::to_json_with_places(module.model));
    info.members.push_back({module.name, static_cast<std::uint32_t>(module.ranks), first,
                            module.step, model.string(), spin_of(module, crowded)});
    first += module.ranks;
  }
  write_file(folder / "run.yaml", config::resolved_yaml(run));
  std::filesystem::create_directories(folder / "log");
  control::write_run_info(info);
  return info;
}

}  // namespace tutti::cli
