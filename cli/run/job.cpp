// SPDX-License-Identifier: MIT
#include "job.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "tutti/error.hpp"

namespace tutti::cli {
namespace {

using namespace std::chrono_literals;
using Command = std::vector<std::string>;
namespace fs = std::filesystem;

using Variables = std::vector<std::pair<std::string, std::string>>;

void append(Command& to, const Command& more) { to.insert(to.end(), more.begin(), more.end()); }

/// mpirun and its settings. On this machine alone it has private folders, one pair a job: two that
/// start at once in one folder may hang. On several hosts, where those folders need not be, it has
/// its own, and TCP.
Command mpirun(const config::RunSpec& run, const std::string& job, fs::path sockets,
               fs::path shared) {
  Command command{"mpirun", "--oversubscribe", "--bind-to", "none"};
  const auto set = [&](const char* name, const std::string& value) {
    append(command, {"--mca", name, value});
  };
  set("pml", "ob1");
  set("odls_base_sigkill_timeout", "2");  // [s] for survivors to close their files
  set("mpi_show_help_timeout", "0");
  if (run.hosts.empty()) {
    sockets /= "mpi-" + job, shared /= "mpi-" + job;
    fs::create_directories(sockets), fs::create_directories(shared);
    set("btl", "self,vader");
    set("orte_tmpdir_base", sockets.string());
    set("btl_vader_backing_directory", shared.string());
  } else {
    set("btl", "self,vader,tcp");
  }
  append(command, run.mpirun);
  return command;
}

/// What every process of ours finds in its environment; with `module`, who it is as well.
Variables environment(const fs::path& folder, const std::string& module) {
  Variables variables{{"OMPI_ALLOW_RUN_AS_ROOT", "1"},
                      {"OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"},
                      {"OPENBLAS_NUM_THREADS", "1"},
                      {"TUTTI_LAUNCHED", "1"}};
  if (module.empty()) return variables;
  const auto own = identity(folder, module);
  variables.insert(variables.end(), own.begin(), own.end());
  variables.emplace_back("PYTHONUNBUFFERED", "1");
  return variables;
}

/// The ranks of one module for mpirun: where, how many, and what other hosts must be told of our
/// environment.
Command ranks_of(const config::RunSpec& run, const config::ModuleSpec& module,
                 const Variables& variables) {
  Command command, slots;
  for (const auto& entry : run.hosts)
    if (module.hosts.empty() ||
        std::ranges::find(module.hosts, entry.substr(0, entry.find(':'))) != module.hosts.end())
      slots.push_back(entry);
  if (!slots.empty()) {
    append(command, {"--host", fmt::format("{}", fmt::join(slots, ","))});
    for (const auto& [name, value] : variables)
      if (!name.starts_with("OMPI_")) append(command, {"-x", name});
  }
  append(command, {"-np", std::to_string(module.ranks)});
  return command;
}

/// One MPI job with a block of ranks per module, in the order of the run file; empty where no
/// module is in it.
Command shared_job(const Prepared& prepared, const control::RunInfo& info, const fs::path& sockets,
                   const fs::path& shared) {
  Command command;
  for (std::size_t k = 0; k < info.members.size(); ++k) {
    if (info.members[k].job != control::shared_job) continue;
    const auto& module = prepared.run.modules[k];
    if (command.empty())
      command = mpirun(prepared.run, "shared", sockets, shared);
    else
      command.emplace_back(":");
    append(command, ranks_of(prepared.run, module, environment(info.folder, {})));
    append(command,
           {program_of(module).string(), "--run", info.folder.string(), "--module", module.name});
  }
  return command;
}

/// What starts one rank of a module that is in no job with others.
Command own_command(const config::ModuleSpec& module, const fs::path& folder) {
  Command command;
  if (!module.use.empty())
    return {program_of(module).string(), "--run", folder.string(), "--module", module.name};
  if (module.python)
    command = {module.interpreter, module.python->string()};
  else
    command = module.command;
  append(command, module.args);
  return command;
}

bool reap(const Child& child, std::optional<int>& status) {
  if (status || child.pid <= 0) return true;
  int word = 0;
  if (::waitpid(child.pid, &word, WNOHANG) == child.pid) status = word;
  return status.has_value();
}

/// mpirun sleeps for whole seconds between its signals to the ranks of a failed job, also when none
/// is left. A child's signal ends that sleep early and does no other harm: mpirun looks who died,
/// and goes on to say how they did.
void hurry_if_childless(pid_t mpirun) {
  std::ifstream children{fmt::format("/proc/{0}/task/{0}/children", mpirun)};
  if (!children) return;
  for (pid_t pid = 0; children >> pid;)
    if (!is_gone(pid)) return;
  ::kill(mpirun, SIGCHLD);
}

const std::vector<std::string> scrubbed{"OMPI_", "PMIX_", "PMI_", "TUTTI_RUN", "TUTTI_MODULE"};

}  // namespace

std::vector<std::pair<std::string, std::string>> identity(const fs::path& folder,
                                                          const std::string& module) {
  auto path = python_folder().string();
  if (const char* before = std::getenv("PYTHONPATH"); before != nullptr && *before != '\0')
    path += std::string{":"} + before;
  return {{"TUTTI_RUN", folder.string()}, {"TUTTI_MODULE", module}, {"PYTHONPATH", path}};
}

Job::Job(const Prepared& prepared, const control::RunInfo& info, const fs::path& sockets,
         const fs::path& shared) {
  broker_.name = "the broker";
  broker_.child = start_child({(program_folder() / "tutti-broker").string(), info.folder.string()},
                              {}, {}, true);
  try {
    if (const auto command = shared_job(prepared, info, sockets, shared); !command.empty())
      members_.push_back({"mpirun",
                          {},
                          true,
                          start_child(command, environment(info.folder, {}), scrubbed, true),
                          {}});
    for (const auto& module : prepared.run.modules)
      if (module.own_job && !module.by_hand)
        start_member(prepared.run, module, info, sockets, shared);
  } catch (...) {
    end_all();
    throw;
  }
}

void Job::start_member(const config::RunSpec& run, const config::ModuleSpec& module,
                       const control::RunInfo& info, const fs::path& sockets,
                       const fs::path& shared) {
  auto command = own_command(module, info.folder);
  const bool by_mpirun = module.ranks > 1 || !module.hosts.empty();
  const auto variables = environment(info.folder, module.name);
  if (by_mpirun) {
    auto job = mpirun(run, module.name, sockets, shared);
    append(job, ranks_of(run, module, variables));
    append(job, command);
    command = std::move(job);
  }
  const auto log = info.folder / "log" / fmt::format("{}.{}.log", module.name, 0);
  members_.push_back({module.name,
                      module.name,
                      by_mpirun,
                      start_child(command, variables, scrubbed, log, module.folder),
                      {}});
}

Job::~Job() {
  end_all();
  if (broker_.child.output >= 0) ::close(broker_.child.output);
  for (const auto& member : members_)
    if (member.child.output >= 0) ::close(member.child.output);
}

/// SIGTERM to all, and SIGKILL to those who have not gone after a while.
void Job::end_all() {
  terminate_members();
  const auto all_gone = [&] {
    bool gone = true;
    for (auto& member : members_) gone = reap(member.child, member.status) && gone;
    return gone;
  };
  for (int k = 0; k < 700 && !all_gone(); ++k) std::this_thread::sleep_for(10ms);
  terminate_broker();
  for (int k = 0; k < 200 && !reap(broker_.child, broker_.status); ++k)
    std::this_thread::sleep_for(10ms);
  members_.push_back(broker_);
  for (auto& member : members_) {
    if (reap(member.child, member.status)) continue;
    ::kill(member.child.pid, SIGKILL);
    int word = 0;
    ::waitpid(member.child.pid, &word, 0);
    member.status = word;
  }
  broker_.status = members_.back().status;
  members_.pop_back();
}

void Job::collect(const Process& process) {
  if (process.child.output < 0) return;
  std::array<char, 4096> bytes{};
  for (ssize_t got = 0; (got = ::read(process.child.output, bytes.data(), bytes.size())) > 0;)
    output_.append(bytes.data(), static_cast<std::size_t>(got));
}

void Job::poll() {
  collect(broker_);
  reap(broker_.child, broker_.status);
  for (auto& member : members_) {
    collect(member);
    reap(member.child, member.status);
  }
}

bool Job::members_ended() const {
  return !members_.empty() &&
         std::ranges::all_of(members_, [](const auto& m) { return m.status.has_value(); });
}

std::string Job::end_of_members() const {
  const Process* worst = &members_.front();
  for (const auto& member : members_)
    if (member.status.value_or(0) != 0) worst = &member;
  return fmt::format("{} ended early ({})", worst->name,
                     describe_status(worst->status.value_or(0)));
}

std::optional<std::pair<std::string, std::string>> Job::casualty() const {
  for (const auto& member : members_)
    if (!member.module.empty() && member.status)
      return {{member.module, describe_status(*member.status)}};
  return std::nullopt;
}

void Job::terminate_broker() const {
  if (!broker_.status && broker_.child.pid > 0) ::kill(broker_.child.pid, SIGTERM);
}

void Job::terminate_members() const {
  for (const auto& member : members_)
    if (!member.status) ::kill(member.child.pid, SIGTERM);
}

bool Job::wait(double seconds) {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (std::chrono::steady_clock::now() < limit) {
    poll();
    if ((members_.empty() || members_ended()) && broker_ended()) return true;
    for (const auto& member : members_)
      if (member.mpirun && !member.status) hurry_if_childless(member.child.pid);
    std::this_thread::sleep_for(5ms);
  }
  return false;
}

}  // namespace tutti::cli
