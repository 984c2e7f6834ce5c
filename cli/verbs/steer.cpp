// SPDX-License-Identifier: MIT
#include "../observe/steer.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
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
  control::Answer answer;
  try {
    answer = observer.ask(order, patience);
  } catch (const Error&) {
    const auto still = live_runs();
    const bool elsewhere = live.launcher == 0;
    if (elsewhere || std::ranges::count(still, live.launcher, &LiveRun::launcher) > 0) throw;
    throw Error{Fault::usage, "{} ended before it could answer", live.info.name};
  }
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
    if (command.step <= Duration::zero())
      throw Error{Fault::usage, "--by {}: a run cannot go back, nor on by nothing", typed->by};
    steer(typed->run, command);
  });
  return verb;
}

}  // namespace

void add_pause(CLI::App& app, int&) {
  simple(app, "pause", "holds a run at an instant that nobody has passed", Verb::pause,
         std::make_shared<Typed>())
      ->footer("Example: tutti pause column\n`tutti step` and `tutti resume` go on.");
}

void add_resume(CLI::App& app, int&) {
  simple(app, "resume", "lets a paused run go on", Verb::resume, std::make_shared<Typed>())
      ->footer(
          "Example: tutti resume column\n"
          "A run that has ended goes on from a checkpoint: tutti run --resume FOLDER");
}

void add_step(CLI::App& app, int&) {
  auto typed = std::make_shared<Typed>();
  auto* verb = simple(app, "step", "goes on for a while, then pauses", Verb::step, typed);
  verb->add_option("--by", typed->by, "how long, in simulated time")->capture_default_str();
  verb->footer("Example: tutti step column --by \"5 ms\"");
}

void add_stop(CLI::App& app, int&) {
  auto typed = std::make_shared<Typed>();
  auto* verb = simple(app, "stop", "ends a run before its time", Verb::stop, typed);
  verb->add_option("--reason", typed->text, "why, for the run's last line");
  verb->footer(
      "Example: tutti stop column --reason \"seen enough\"\n"
      "Files are closed as at the end of a run; `tutti checkpoint --stop` saves it first.");
}

void add_mark(CLI::App& app, int&) {
  auto typed = std::make_shared<Typed>();
  auto* verb = simple(app, "mark", "notes something in a run's log of steering", Verb::mark, typed);
  verb->add_option("--text", typed->text, "what to note")->required();
  verb->footer(
      "Example: tutti mark column --text \"here it oscillates\"\n"
      "Noted in steering.jsonl of the run folder, with the simulated time.");
}

}  // namespace tutti::cli
