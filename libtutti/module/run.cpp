// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string_view>

#include "runtime.hpp"
#include "tutti/config/check.hpp"
#include "tutti/config/describe.hpp"
#include "tutti/config/schema_docs.hpp"
#include "tutti/config/yaml.hpp"
#include "tutti/error.hpp"
#include "tutti/version.hpp"

namespace tutti {
namespace {

using namespace std::chrono_literals;

/// The flags of a module's program.
struct Flags {
  std::string program;
  std::optional<std::filesystem::path> run_folder;
  std::string module;
  bool describe = false, help = false;
  std::optional<std::filesystem::path> model;
  Duration step{};
};

Flags read_flags(int argc, char** argv) {
  Flags flags;
  flags.program = argc > 0 ? std::filesystem::path{argv[0]}.filename().string() : "module";
  for (int k = 1; k < argc; ++k) {
    const std::string_view flag = argv[k];
    const auto value = [&] {
      if (k + 1 == argc) throw Error{Fault::usage, "{} needs a value", flag};
      return std::string{argv[++k]};
    };
    if (flag == "--help" || flag == "-h") {
      flags.help = true;
    } else if (flag == "--describe") {
      flags.describe = true;
      if (k + 1 < argc && argv[k + 1][0] != '-') flags.model = argv[++k];
    } else if (flag == "--step") {
      flags.step = parse_duration(value());
    } else if (flag == "--run") {
      flags.run_folder = value();
    } else if (flag == "--module") {
      flags.module = value();
    } else {
      throw Error{Fault::usage, "{} does not know \"{}\"; see {} --help", flags.program, flag,
                  flags.program};
    }
  }
  // whoever starts us without knowing our flags, or `tutti join`
  const char* folder = std::getenv("TUTTI_RUN");
  const char* module = std::getenv("TUTTI_MODULE");
  if (!flags.run_folder && folder != nullptr) flags.run_folder = folder;
  if (flags.module.empty() && module != nullptr) flags.module = module;
  return flags;
}

void print_help(const Flags& flags, const config::Table& schema) {
  fmt::print(
      "{0}, a module of Tutti {1}. {2}\n\n"
      "It is started by `tutti run`. By hand:\n"
      "  {0} --describe [MODEL] [--step STEP]   ports, elements and problems of a model as JSON\n"
      "  {0} --run FOLDER --module NAME         joins the run whose folder this is\n\n{3}",
      flags.program, version, schema.doc, config::reference_markdown(schema));
}

config::Node read_model(const std::filesystem::path& path, const config::Table& schema,
                        config::Problems& problems) {
  auto model = config::read_tree(path);
  config::check(model, schema, problems);
  return model;
}

/// `--describe`: the body up to where it would join. Problems are part of the answer.
int describe(const Flags& flags, const config::Table& schema,
             const std::function<void(Module&)>& body) {
  config::Description answer;
  if (!flags.model) {
    answer.schema = config::json_schema(schema);
    fmt::print("{}\n", config::to_json(answer));
    return 0;
  }
  try {
    auto model = read_model(*flags.model, schema, answer.problems);
    if (answer.problems.ok()) {
      module::Runtime runtime{flags.program, std::move(model), flags.step};
      try {
        Module face{runtime};
        body(face);
      } catch (const module::Described&) {
      }
      answer.ports = runtime.descriptions();
      answer.summary = runtime.summary();
      answer.problems.add(runtime.doubts());
      for (const auto& [port, count] : runtime.offered()) answer.elements[port] = count;
    }
  } catch (const Error& e) {
    answer.problems.add(config::problems_of(e));
  } catch (const std::exception& e) {
    answer.problems.add({config::Severity::error, {}, e.what()});
  }
  fmt::print("{}\n", config::to_json(answer));
  return 0;
}

// ---- a run
// ---------------------------------------------------------------------------------------

volatile std::sig_atomic_t signal_number = 0;
extern "C" void remember_signal(int number) { signal_number = number; }

void catch_signals() {
  struct sigaction action {};
  action.sa_handler = remember_signal;  // no SA_RESTART: naps end early
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) ::sigaction(number, &action, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  ::prctl(PR_SET_TIMERSLACK, 1000UL);  // [ns] naps of 50 us are to be 50 us
}

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

std::uint32_t number_of(const control::RunInfo& info, const std::string& module) {
  std::string known;
  for (std::uint32_t k = 0; k < info.members.size(); ++k) {
    if (info.members[k].name == module) return k;
    known += (known.empty() ? "" : ", ") + info.members[k].name;
  }
  throw Error{Fault::usage, "run {} has no module \"{}\"; it has {}", info.name, module, known};
}

/// The last words of a run that failed here or elsewhere, and a moment for others to close files.
void say_goodbye(module::Session& session, Fault fault, const std::string& text, Time clock) {
  session.send(control::Failed{fault, text, clock});
  const auto limit = std::chrono::steady_clock::now() + 4s;
  while (std::chrono::steady_clock::now() < limit) {
    while (auto message = session.poll())
      if (std::holds_alternative<control::Bye>(*message)) return;
    const timespec nap{0, 2'000'000};
    ::nanosleep(&nap, nullptr);
  }
}

/// The body in a run that is on. Returns the exit code.
int take_part(module::Runtime& runtime, module::Session& session,
              const std::function<void(Module&)>& body) {
  Fault fault = Fault::model;
  std::string text;
  try {
    Module face{runtime};
    body(face);
    runtime.finish();
    return 0;
  } catch (const module::Described&) {
    text = "internal: described in a run";
  } catch (const Error& e) {
    fault = e.fault();
    text = e.what();
  } catch (const std::bad_alloc&) {
    text = "out of memory";
  } catch (const std::exception& e) {
    text = e.what();
  }
  if (session.stopped() && fault != Fault::protocol && fault != Fault::model) fault = Fault::peer;
  fmt::print(stderr, "{} at {}: {} error: {}\n", runtime.name(), runtime.clock(), name(fault),
             text);
  say_goodbye(session, fault, text, runtime.clock());
  return exit_code(fault);
}

/// The MPI job that this process is in, if its module is to be in one.
std::unique_ptr<transport::MpiWorld> mpi_world_of(const control::RunInfo::Member& member) {
  if (member.job == 0) return nullptr;
  if (!transport::MpiWorld::present())
    throw Error{Fault::usage, "{} is to be started by mpirun -np {}", member.name, member.ranks};
  return std::make_unique<transport::MpiWorld>();
}

int take_part(const Flags& flags, const config::Table& schema,
              const std::function<void(Module&)>& body) {
  catch_signals();
  auto info = control::read_run_info(*flags.run_folder);
  const auto number = number_of(info, flags.module);
  const auto member = info.members[number];
  const auto mpi = mpi_world_of(member);
  const int rank = mpi ? mpi->rank() - member.first_world_rank : 0;
  log_to(info.folder / "log" / fmt::format("{}.{}.log", flags.module, rank));
  module::Session session{info.endpoint, info.keys, info.deadline_s};
  session.watch_signal(&signal_number);
  session.on_unheeded_stop([&] {
    fmt::print(stderr, "{}: did not react to the end of the run for 5 s; leaving\n", flags.module);
    ::_exit(1);
  });
  int code = 2;
  try {
    config::Problems problems;
    auto model = read_model(info.folder / member.model, schema, problems);
    problems.raise();
    module::Runtime runtime{std::move(info), number, std::move(model), session, mpi.get()};
    code = take_part(runtime, session, body);
    if (code != 0 && mpi) mpi->abandon();
  } catch (const std::exception& e) {
    if (mpi) mpi->abandon();
    fmt::print(stderr, "{}: {}\n", flags.module, e.what());
    say_goodbye(session, Fault::config, e.what(), {});
  }
  std::fflush(nullptr);
  return code;
}

}  // namespace

int run(int argc, char** argv, const config::Table& schema,
        const std::function<void(Module&)>& body) {
  try {
    const auto flags = read_flags(argc, argv);
    if (flags.help) {
      print_help(flags, schema);
      return 0;
    }
    if (flags.describe) return describe(flags, schema, body);
    if (!flags.run_folder || flags.module.empty())
      throw Error{Fault::usage, "{} is started by `tutti run`; see {} --help", flags.program,
                  flags.program};
    return take_part(flags, schema, body);
  } catch (const Error& e) {
    fmt::print(stderr, "{}\n", e.what());
    return exit_code(e.fault());
  } catch (const std::exception& e) {
    fmt::print(stderr, "{}\n", e.what());
    return 1;
  }
}

// ---- the face of Runtime
// -------------------------------------------------------------------------

const std::string& Module::name() const { return runtime_->name(); }
const config::Node& Module::model() const { return runtime_->model(); }
Duration Module::step() const { return runtime_->step(); }
Time Module::stop() const { return time_zero + runtime_->info().stop; }
std::uint64_t Module::seed() const { return runtime_->info().seed; }
Ranks Module::ranks() const { return runtime_->ranks(); }
const std::filesystem::path& Module::folder() const { return runtime_->info().folder; }
SpikeInput& Module::spike_input(std::string name, SpikeInputOptions options) {
  return runtime_->spike_input(std::move(name), std::move(options));
}
SignalInput& Module::signal_input(std::string name, SignalInputOptions options) {
  return runtime_->signal_input(std::move(name), std::move(options));
}
MessageInput& Module::message_input(std::string name, MessageInputOptions options) {
  return runtime_->message_input(std::move(name), std::move(options));
}
SpikeOutput& Module::spike_output(std::string name, SpikeOutputOptions options) {
  return runtime_->spike_output(std::move(name), std::move(options));
}
SignalOutput& Module::signal_output(std::string name, SignalOutputOptions options) {
  return runtime_->signal_output(std::move(name), std::move(options));
}
MessageOutput& Module::message_output(std::string name, MessageOutputOptions options) {
  return runtime_->message_output(std::move(name), std::move(options));
}
void Module::warn(const config::Problems& doubts) {
  runtime_->warn(doubts);
  if (!doubts.empty() && ranks().rank == 0) fmt::print(stderr, "{}", doubts.text());
}
void Module::summarise(std::string text) { runtime_->summarise(std::move(text)); }
std::optional<Window> Module::next_window() { return runtime_->next_window(); }
void Module::say(std::string line) { runtime_->say(std::move(line)); }
std::vector<std::vector<std::byte>> Module::gather(std::span<const std::byte> mine) {
  return runtime_->gather(mine);
}

}  // namespace tutti
