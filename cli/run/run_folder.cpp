// SPDX-License-Identifier: MIT
#include "run_folder.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <thread>
#include <zmq.hpp>

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

namespace {

/// A TCP port of `address` that is free now.
std::string free_endpoint(const std::string& address) {
  zmq::context_t context{1};
  zmq::socket_t probe{context, zmq::socket_type::router};
  try {
    probe.bind(address + ":*");
  } catch (const zmq::error_t& e) {
    throw Error{Fault::config, "run.listen: cannot listen at {}: {}", address, e.what()};
  }
  return probe.get(zmq::sockopt::last_endpoint);
}

/// Where the broker and the processes listen. On this machine only, a folder or the loopback
/// address keep strangers out; elsewhere keys do.
void choose_addresses(const config::RunSpec& run, const std::filesystem::path& sockets,
                      control::RunInfo& info) {
  info.secret = control::new_secret();
  info.tap = fmt::format("ipc://{}/tap", sockets.string());  // observers are on this machine
  if (run.listen == "ipc") {
    info.listen = fmt::format("ipc://{}/", sockets.string());
    info.endpoint = info.listen + "broker";
    info.sources = info.listen + "sources";
    return;
  }
  const std::string local = "tcp://127.0.0.1";
  const auto address = run.listen == "tcp" ? local : run.listen;
  if (address != local) info.keys = control::new_keys();
  info.endpoint = free_endpoint(address);
  info.sources = free_endpoint(address);
  info.listen = address + ":*";
}

/// The MPI jobs: one that all modules of ours share, one for each other with several ranks.
void assign_jobs(const config::RunSpec& run, control::RunInfo& info) {
  std::uint32_t jobs = control::shared_job;
  std::int32_t first = 0;
  for (std::size_t k = 0; k < run.modules.size(); ++k) {
    auto& member = info.members[k];
    if (!run.modules[k].own_job && !run.modules[k].by_hand) {
      member.job = control::shared_job, member.first_world_rank = first;
      first += run.modules[k].ranks;
    } else if (member.ranks > 1) {
      member.job = ++jobs, member.first_world_rank = 0;
    }
  }
}

}  // namespace

control::RunInfo write_run_folder(const Prepared& prepared, const std::filesystem::path& folder,
                                  const std::filesystem::path& sockets,
                                  const std::optional<Checkpoint>& resume) {
  const auto& run = prepared.run;
  control::RunInfo info;
  info.name = run.name;
  info.folder = folder;
  choose_addresses(run, sockets, info);
  info.deadline_s = to_s(run.deadline);
  info.stop = run.stop;
  info.seed = run.seed;
  info.hash_bin = run.hash_bin.value_or(Duration::zero());
  info.rings = run.rings;
  info.trace = run.trace;
  if (resume) info.resume = resume->folder.string(), info.cut = resume->at;
  int ranks = 0;
  for (const auto& module : run.modules) ranks += module.ranks;
  const bool crowded = ranks > static_cast<int>(std::thread::hardware_concurrency());
  for (const auto& module : run.modules) {
    const auto model = std::filesystem::path{"model"} / (module.name + ".json");
    write_file(folder / model, config::to_json_with_places(module.model));
    info.members.push_back({module.name, static_cast<std::uint32_t>(module.ranks), 0, -1,
                            module.step, model.string(), spin_of(module, crowded)});
  }
  assign_jobs(run, info);
  write_file(folder / "run.yaml", config::resolved_yaml(run));
  std::filesystem::create_directories(folder / "log");
  control::write_run_info(info);
  std::filesystem::create_directory_symlink(folder, sockets / "run");
  return info;
}

}  // namespace tutti::cli
