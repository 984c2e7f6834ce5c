// SPDX-License-Identifier: MIT
#include <CLI/CLI.hpp>
#include <memory>
#include <span>

#include "../observe/live_runs.hpp"
#include "../observe/parse.hpp"
#include "../observe/steer.hpp"
#include "tutti/control/observer.hpp"
#include "tutti/error.hpp"
#include "tutti/unit.hpp"
#include "verbs.hpp"

namespace tutti::cli {
namespace {

struct Typed {
  std::vector<std::string> names;  // [RUN] MODULE.PORT
  std::string element_text, value, duration = "0 ms", message, media_type = "text/plain";
  double weight = 1;
  bool add = false;
};

/// A number as it stands, or "500 pA" in the unit of the port.
double value_of(const std::string& text, const std::string& run, const std::string& port) {
  std::size_t read = 0;
  try {
    const double value = std::stod(text, &read);
    if (read == text.size()) return value;
  } catch (const std::exception&) {
  }
  if (read == 0)
    throw Error{Fault::usage, "--value {}: write a number, or one with its unit, \"500 pA\"", text};
  tap::Observer observer{find_run(run).info, "tutti send"};
  const auto welcome = observer.welcome(std::chrono::seconds{10});
  for (const auto& input : welcome.inputs)
    if (input.full_name() == port) return value_in(text, Unit::parse(input.port.unit));
  throw Error{Fault::usage, "{} is no input of {}, so its unit is not known", port, welcome.run};
}

control::Send send_of(const Typed& typed, const std::string& run, const std::string& port) {
  control::Send what;
  what.port = port;
  if (!typed.element_text.empty()) what.elements = parse_elements(typed.element_text);
  what.weight = typed.weight;
  if (!typed.value.empty()) {
    what.kind = PortKind::signal;
    what.duration = parse_duration(typed.duration);
    what.value = value_of(typed.value, run, port);
    what.add = typed.add;
  } else if (!typed.message.empty()) {
    what.kind = PortKind::message;
    what.media_type = typed.media_type;
    const auto bytes = std::as_bytes(std::span{typed.message});
    what.message.assign(bytes.begin(), bytes.end());
  }
  return what;
}

}  // namespace

void add_send(CLI::App& app, int&) {
  auto typed = std::make_shared<Typed>();
  auto* send = app.add_subcommand("send", "gives spikes, a value or a message to an input");
  send->add_option("MODULE.PORT", typed->names,
                   "with the run before it where several are alive: column cortex.spikes")
      ->required()
      ->expected(1, 2);
  send->add_option("--elements", typed->element_text,
                   "of the port's numbering: 3, 0..9, 1,5,20..29 by 3; all if not said");
  send->add_option("--weight", typed->weight, "of the spike that each element gets")
      ->capture_default_str();
  auto* value = send->add_option("--value", typed->value,
                                 "of a signal: 0.5 in the port's unit, or \"500 pA\"");
  send->add_option("--for", typed->duration, "how long; 0 ms: until another one comes")
      ->capture_default_str()
      ->needs(value);
  send->add_flag("--add", typed->add, "to what the sources say, else in its place")->needs(value);
  send->add_option("--message", typed->message, "its text")->excludes(value);
  send->add_option("--media-type", typed->media_type, "of the message")->capture_default_str();
  send->footer(
      "Examples: tutti send cortex.thalamic --elements 0..9       one spike to each\n"
      "          tutti send column cortex.i_inject --value 0.5 --for \"20 ms\"\n"
      "It takes effect at the first window that nobody has begun, at a time that is printed and\n"
      "noted in steering.jsonl of the run folder; `tutti run FILE --steer LOG` does it again.");
  send->callback([typed] {
    control::Command order;
    order.verb = control::Command::Verb::send;
    const auto run = typed->names.size() > 1 ? typed->names.front() : std::string{};
    order.send = send_of(*typed, run, typed->names.back());
    steer(run, order);
  });
}

}  // namespace tutti::cli
