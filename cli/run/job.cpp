// SPDX-License-Identifier: MIT
#include "job.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <thread>

#include "tutti/error.hpp"

namespace tutti::cli {
namespace {

using namespace std::chrono_literals;

/// One MPI job with a block of ranks per module, in the order of the run file. What each flag is
/// for: docs/guide/running.md.
std::vector<std::string> mpirun(const Prepared& prepared, const std::filesystem::path& folder,
                                const std::filesystem::path& sockets,
                                const std::filesystem::path& shared) {
  const std::vector<std::pair<const char*, std::string>> settings{
      {"orte_tmpdir_base", sockets.string()},
      {"btl_vader_backing_directory", shared.string()},
      {"btl", "self,vader"},
      {"pml", "ob1"},
      {"odls_base_sigkill_timeout", "2"},  // [s] for survivors to close their files
      {"mpi_show_help_timeout", "0"}};
  std::vector<std::string> command{"mpirun", "--oversubscribe", "--bind-to", "none"};
  for (const auto& [name, value] : settings) command.insert(command.end(), {"--mca", name, value});
  bool first = true;
  for (const auto& module : prepared.run.modules) {
    if (!first) command.emplace_back(":");
    first = false;
    command.insert(command.end(), {"-np", std::to_string(module.ranks), program_of(module).string(),
                                   "--run", folder.string(), "--module", module.name});
  }
  return command;
}

bool reap(const Child& child, std::optional<int>& status) {
  if (status) return true;
  int word = 0;
  if (::waitpid(child.pid, &word, WNOHANG) == child.pid) status = word;
  return status.has_value();
}

void end_child(const Child& child, std::optional<int>& status) {
  if (reap(child, status)) return;
  ::kill(child.pid, SIGTERM);
  for (int k = 0; k < 700 && !reap(child, status); ++k) std::this_thread::sleep_for(10ms);
  if (status) return;
  ::kill(child.pid, SIGKILL);
  int word = 0;
  ::waitpid(child.pid, &word, 0);
  status = word;
}

}  // namespace

Job::Job(const Prepared& prepared, const std::filesystem::path& folder,
         const std::filesystem::path& sockets, const std::filesystem::path& shared) {
  const auto command = mpirun(prepared, folder, sockets, shared);
  broker_ =
      start_child({(program_folder() / "tutti-broker").string(), folder.string()}, {}, {}, true);
  try {
    mpi_ = start_child(command,
                       {{"OMPI_ALLOW_RUN_AS_ROOT", "1"},
                        {"OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"},
                        {"OPENBLAS_NUM_THREADS", "1"}},
                       {"OMPI_", "PMIX_", "PMI_"}, true);
  } catch (...) {
    end_child(broker_, broker_status_);
    throw;
  }
}

Job::~Job() {
  end_child(mpi_, mpi_status_);
  end_child(broker_, broker_status_);
  for (const int fd : {mpi_.output, broker_.output})
    if (fd >= 0) ::close(fd);
}

void Job::poll() {
  for (const int fd : {mpi_.output, broker_.output}) {
    std::array<char, 4096> bytes{};
    for (ssize_t got = 0; (got = ::read(fd, bytes.data(), bytes.size())) > 0;)
      output_.append(bytes.data(), static_cast<std::size_t>(got));
  }
  reap(mpi_, mpi_status_);
  reap(broker_, broker_status_);
}

void Job::terminate_broker() const {
  if (!broker_status_) ::kill(broker_.pid, SIGTERM);
}

void Job::terminate_mpi() const {
  if (!mpi_status_) ::kill(mpi_.pid, SIGTERM);
}

bool Job::wait(double seconds) {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (std::chrono::steady_clock::now() < limit) {
    poll();
    if (mpi_ended() && broker_ended()) return true;
    std::this_thread::sleep_for(5ms);
  }
  return false;
}

}  // namespace tutti::cli
