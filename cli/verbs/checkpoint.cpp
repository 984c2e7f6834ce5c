// SPDX-License-Identifier: MIT
#include <CLI/CLI.hpp>
#include <memory>

#include "../observe/steer.hpp"
#include "tutti/control/messages.hpp"
#include "verbs.hpp"

namespace tutti::cli {

void add_checkpoint(CLI::App& app, int&) {
  struct Typed {
    std::string run;
    bool stop = false;
  };
  auto typed = std::make_shared<Typed>();
  auto* verb =
      app.add_subcommand("checkpoint", "saves a run, so that it can be resumed from there");
  verb->add_option("RUN", typed->run, run_help);
  verb->add_flag("--stop", typed->stop, "and ends it there");
  verb->footer(
      "All processes save at one simulated time; the run goes on meanwhile up to there.\n"
      "`tutti run --resume FOLDER` goes on from the last checkpoint of a run folder.");
  verb->callback([typed] {
    control::Command order;
    order.verb = control::Command::Verb::checkpoint;
    order.then_stop = typed->stop;
    steer(typed->run, order, std::chrono::minutes{10});
  });
}

}  // namespace tutti::cli
