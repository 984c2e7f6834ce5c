// SPDX-License-Identifier: MIT
#include "membership.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "tutti/config/check.hpp"
#include "tutti/config/yaml.hpp"
#include "tutti/error.hpp"

namespace tutti::module {
namespace {

using namespace std::chrono_literals;

volatile std::sig_atomic_t signal_number = 0;
extern "C" void remember_signal(int number) { signal_number = number; }

/// Standard output and error go to the module's log; what a launcher shows comes by the broker.
void log_to(const std::filesystem::path& path) {
  std::filesystem::create_directories(path.parent_path());
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0) throw Error{Fault::io, "cannot write the log {}", path.string()};
  ::dup2(fd, STDOUT_FILENO);
  ::dup2(fd, STDERR_FILENO);
  ::close(fd);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
}

/// The MPI job that this process is in, if its module is to be in one.
std::unique_ptr<transport::MpiWorld> mpi_world_of(const control::RunInfo::Member& member) {
  if (member.job == 0) return nullptr;
  if (!transport::MpiWorld::present())
    throw Error{Fault::usage, "{} is to be started by mpirun -np {}", member.name, member.ranks};
  return std::make_unique<transport::MpiWorld>();
}

config::Node read_model(const std::filesystem::path& path, const config::Table* schema) {
  auto model = config::read_tree(path);
  if (schema == nullptr) return model;
  config::Problems problems;
  config::check(model, *schema, problems);
  problems.raise();
  return model;
}

}  // namespace

void catch_signals() {
  struct sigaction action {};
  action.sa_handler = remember_signal;  // no SA_RESTART: naps end early
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) ::sigaction(number, &action, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
}

bool launched() { return std::getenv("TUTTI_LAUNCHED") != nullptr; }

Membership::Membership(const std::filesystem::path& run_folder, const std::string& module,
                       const config::Table* schema) {
  auto info = control::read_run_info(run_folder);
  const auto number = control::number_of(info, module);
  if (std::filesystem::exists(run_folder / "summary.json"))
    throw Error{Fault::usage, "run {} in {} is over; nobody can join it any more", info.name,
                run_folder.string()};
  const auto member = info.members[number];
  mpi_ = mpi_world_of(member);
  const int rank = mpi_ ? mpi_->rank() - member.first_world_rank : 0;
  if (launched()) log_to(info.folder / "log" / fmt::format("{}.{}.log", module, rank));
  ::prctl(PR_SET_TIMERSLACK, 1000UL);  // [ns] naps of 50 us are to be 50 us
  session_ = std::make_unique<Session>(info.endpoint, info.keys, info.deadline_s, info.sources);
  session_->watch_signal(&signal_number);
  if (launched())
    session_->on_unheeded_stop([module] {
      fmt::print(stderr, "{}: did not react to the end of the run for 5 s; leaving\n", module);
      ::_exit(1);
    });
  try {
    auto model = read_model(info.folder / member.model, schema);
    runtime_ =
        std::make_unique<Runtime>(std::move(info), number, std::move(model), *session_, mpi_.get());
    face_ = std::make_unique<Module>(*runtime_);
  } catch (const std::exception& e) {
    if (mpi_) mpi_->abandon();
    fmt::print(stderr, "{}: {}\n", module, e.what());
    say_goodbye(Fault::config, e.what(), {});
    throw;
  }
}

Membership::~Membership() = default;

int Membership::fail(Fault fault, const std::string& text) {
  if (session_->stopped() && fault != Fault::protocol && fault != Fault::model) fault = Fault::peer;
  fmt::print(stderr, "{} at {}: {} error: {}\n", runtime_->name(), runtime_->clock(), name(fault),
             text);
  if (mpi_) mpi_->abandon();
  say_goodbye(fault, text, runtime_->clock());
  return exit_code(fault);
}

void Membership::say_goodbye(Fault fault, const std::string& text, Time clock) {
  session_->send(control::Failed{fault, text, clock});
  const auto limit = std::chrono::steady_clock::now() + 4s;
  while (std::chrono::steady_clock::now() < limit) {
    while (auto message = session_->poll())
      if (std::holds_alternative<control::Bye>(*message)) return;
    const timespec nap{0, 2'000'000};
    ::nanosleep(&nap, nullptr);
  }
}

}  // namespace tutti::module
