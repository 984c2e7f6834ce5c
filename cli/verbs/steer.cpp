// SPDX-License-Identifier: MIT
#include "../observe/steer.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "../observe/live_runs.hpp"
#include "tutti/control/observer.hpp"
#include "tutti/error.hpp"
#include "verbs.hpp"

namespace tutti::cli {

using Verb = control::Command::Verb;

void steer(const std::string& run, const control::Command& order,
           std::chrono::milliseconds patience) {
  const auto live = find_run(run);
  tap::Observer observer{live.info, "tutti"};
  const auto answer = observer.ask(order, patience);
  if (!answer.ok) throw Error{Fault::usage, "{}: {}", live.info.name, answer.text};
  fmt::print("{} {}\n", live.info.name, answer.text);
}

namespace {

struct Typed {
  std::string run, by = "1 ms", text;
};

/// A verb that takes a run and nothing else, or little.
CLI::App* simple(CLI::App& app, const char* name, const char* help, Verb order,
                 const std::shared_ptr<Typed>& typed) {
  auto* verb = app.add_subcommand(name, help);
  verb->add_option("RUN", typed->run, run_help);
  verb->callback([order, typed] {
    control::Command command;
    command.verb = order;
    command.reason = typed->text;
    command.step = parse_duration(typed->by);
    steer(typed->run, command);
  });
  return verb;
}

}  // namespace

void add_pause(CLI::App& app, int&) {
  simple(app, "pause", "holds a run at an instant that nobody has passed", Verb::pause,
         std::make_shared<Typed>());
}

void add_resume(CLI::App& app, int&) {
  simple(app, "resume", "lets a paused run go on", Verb::resume, std::make_shared<Typed>());
}

void add_step(CLI::App& app, int&) {
  auto typed = std::make_shared<Typed>();
  auto* verb = simple(app, "step", "goes on for a while, then pauses", Verb::step, typed);
  verb->add_option("--by", typed->by, "how long, in simulated time")->capture_default_str();
}

void add_stop(CLI::App& app, int&) {
  auto typed = std::make_shared<Typed>();
  auto* verb = simple(app, "stop", "ends a run before its time", Verb::stop, typed);
  verb->add_option("--reason", typed->text, "why, for the run's last line");
}

void add_mark(CLI::App& app, int&) {
  auto typed = std::make_shared<Typed>();
  auto* verb = simple(app, "mark", "notes something in a run's log of steering", Verb::mark, typed);
  verb->add_option("--text", typed->text, "what to note")->required();
}

}  // namespace tutti::cli
