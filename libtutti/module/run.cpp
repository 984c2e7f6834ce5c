// SPDX-License-Identifier: MIT
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string_view>

#include "membership.hpp"
#include "tutti/config/check.hpp"
#include "tutti/config/describe.hpp"
#include "tutti/config/schema_docs.hpp"
#include "tutti/config/yaml.hpp"
#include "tutti/error.hpp"
#include "tutti/version.hpp"
#include "tutti/words_of.hpp"

namespace tutti {
namespace {

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

/// The body in a run that is on. Returns the exit code.
int take_part(module::Membership& membership, const std::function<void(Module&)>& body) {
  try {
    body(membership.face());
    membership.finish();
    return 0;
  } catch (const module::Described&) {
    return membership.fail(Fault::model, "internal: described in a run");
  } catch (const Error& e) {
    return membership.fail(e.fault(), e.what());
  } catch (const std::exception& e) {
    return membership.fail(Fault::model, words_of(e));
  }
}

int take_part(const Flags& flags, const config::Table& schema,
              const std::function<void(Module&)>& body) {
  module::catch_signals();
  int code = 2;
  try {
    module::Membership membership{*flags.run_folder, flags.module, &schema};
    code = take_part(membership, body);
  } catch (const Error& e) {
    fmt::print(stderr, "{}\n", e.what());
    code = exit_code(e.fault());
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
void Module::keep(std::function<void(State&)> visit) { runtime_->keep(std::move(visit)); }
Time Module::begin() const { return runtime_->info().cut; }
std::filesystem::path Module::resumed_from() const {
  const auto folder = std::filesystem::path{runtime_->info().resume}.parent_path().parent_path();
  return std::filesystem::exists(folder / "control" / "run.json") ? folder
                                                                  : std::filesystem::path{};
}
std::optional<Window> Module::next_window() { return runtime_->next_window(); }
void Module::say(std::string line) { runtime_->say(std::move(line)); }
std::vector<std::vector<std::byte>> Module::gather(std::span<const std::byte> mine) {
  return runtime_->gather(mine);
}

}  // namespace tutti
