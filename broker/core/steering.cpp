// SPDX-License-Identifier: MIT
// What people tell a run: each command takes effect at a simulated time that every process still
// has before it, is answered with that time, and is noted.
#include <algorithm>

#include "core/core.hpp"
#include "tutti/config/problems.hpp"
#include "tutti/plan/rules.hpp"

namespace tutti::broker {

using control::Phase;
using Verb = control::Command::Verb;

namespace {

/// The run's last words when somebody ended it.
std::string stopped(const std::string& why) {
  return why.empty() ? "stopped by request" : fmt::format("stopped by request (\"{}\")", why);
}

std::string how_to_send(PortKind kind) {
  switch (kind) {
    case PortKind::spikes:
      return "spikes: leave out --value and --message (in Python, give_spikes)";
    case PortKind::signal:
      return "a value: say --value (in Python, give_signal)";
    case PortKind::message:
      break;
  }
  return "messages: say --message";
}

}  // namespace

void Core::command(const Peer& peer, const control::Command& order) {
  control::Answer answer{order.id, true, lease_, {}};
  if (phase_ != Phase::running) {
    answer.ok = order.verb == Verb::stop;
    answer.text = phase_ == Phase::joining || phase_ == Phase::matching ? "the run has not begun"
                                                                        : "the run is over";
    send(peer, answer);
    if (order.verb == Verb::stop) end(Fault::interrupted, stopped(order.reason), "");
    return;
  }
  if (order.verb == Verb::checkpoint) {
    try {
      order_checkpoint({time_zero, {{peer, order.id}}, order.then_stop, {}, {}});
    } catch (const Error& e) {
      send(peer, control::Answer{order.id, false, lease_, e.what()});
    }
    return;  // who asked hears when it is done
  }
  try {
    answer.text = follow(order, answer.at);
    log_.push_back({answer.at, order});
  } catch (const Error& e) {
    answer.ok = false;
    answer.text = e.what();
  }
  send(peer, answer);
}

/// Does what is ordered; returns what to say of it. Throws Error{usage} where that cannot be.
std::string Core::follow(const control::Command& order, Time& at) {
  const Time end_of_run = time_zero + run_.stop;
  switch (order.verb) {
    case Verb::pause:
      if (lease_ >= end_of_run)
        throw Error{Fault::usage, "the run is about to end: no process can be held before {}",
                    end_of_run};
      paused_ = true;
      return fmt::format("pauses at {}", lease_);
    case Verb::resume:
      if (!paused_) throw Error{Fault::usage, "the run is not paused"};
      paused_ = false;
      at = lease_;
      anchor_pace();
      if (run_.pace <= 0) grant(std::max(lease_, slowest() + lead_));  // else: keep_pace
      return fmt::format("goes on from {}", at);
    case Verb::step:
      paused_ = true;
      at = std::max(lease_, furthest()) + std::max(order.step, Duration{1});
      grant(at);
      return fmt::format("goes on to {}", at);
    case Verb::cut:
      at = next_common(std::max(lease_, furthest()));
      if (at > end_of_run)
        throw Error{Fault::usage, "the steps have no common instant between {} and the end",
                    lease_};
      paused_ = true;
      grant(at);
      return fmt::format("comes to rest at {}", at);
    case Verb::stop:
      stopping_ = true;
      reason_ = stopped(order.reason);
      return fmt::format("stops at {}", std::min(lease_, end_of_run));
    case Verb::send:
      at = plan::up(std::max(lease_, furthest()), step_of(order.send.port));
      inject(order.send, at);
      return fmt::format("reaches {} at {}", order.send.port, at);
    case Verb::mark:
      at = slowest();
      return fmt::format("noted at {}", at);
    case Verb::checkpoint:
      break;  // command() sees to it
  }
  return {};
}

void Core::grant(Time lease) {
  lease = plan_checkpoints(lease);
  granted_at_ = now_;
  lease_ = std::min(lease, replayed_stop_.value_or(lease));
  send_all(control::Lease{lease_});
}

/// Splits "module.port"; 0 where there is no such module.
Duration Core::step_of(const std::string& full_name) const {
  const auto* module = run_.find(full_name.substr(0, full_name.find('.')));
  if (module != nullptr) return module->step;
  std::vector<std::string> names;
  for (const auto& m : run_.modules) names.push_back(m.name);
  throw Error{Fault::usage, "\"{}\" is no MODULE.PORT of this run; its modules are {}", full_name,
              fmt::join(names, ", ")};
}

/// Tells every rank of a module what one of its inputs gets in the window that begins at `at`.
void Core::inject(const control::Send& what, Time at, bool again) {
  const Duration step = step_of(what.port);
  const auto dot = what.port.find('.');
  const auto module = what.port.substr(0, dot);
  const auto port = dot == std::string::npos ? std::string{} : what.port.substr(dot + 1);
  if (at >= plan::down(time_zero + run_.stop, step))
    throw Error{Fault::usage,
                "{} is too late: the next window of {} that nobody has begun would be at {}",
                what.port, module, at};
  std::vector<Member*> ranks;
  for (auto& member : members_)
    if (run_.modules[member.module].name == module) ranks.push_back(&member);
  check_input(what, port, ranks, again);
  for (const auto* member : ranks) send(member->peer, control::Inject{at, what});
}

void Core::check_input(const control::Send& what, const std::string& port,
                       const std::vector<Member*>& ranks, bool again) const {
  const auto& ports = ranks.front()->join.ports;
  const auto found = std::ranges::find_if(ports, [&](const PortDescription& p) {
    return p.name == port && p.direction == Direction::in;
  });
  if (found == ports.end()) {
    std::string inputs;
    for (const auto& p : ports)
      if (p.direction == Direction::in) inputs += (inputs.empty() ? "" : ", ") + p.name;
    throw Error{Fault::usage, "{} is no input; that module has {}", what.port,
                inputs.empty() ? "none" : inputs};
  }
  if (found->kind != what.kind)
    throw Error{Fault::usage, "{} takes {}", what.port, how_to_send(found->kind)};
  if (what.kind == PortKind::message) return;
  // a run that does the same again begins before modules have said what they read unconnected
  if (again && !is_connected(ranks.front()->module, port)) return;
  Elements wanted;
  for (const auto* member : ranks)
    if (const auto want = member->wants.find(port); want != member->wants.end())
      wanted = united(wanted, want->second);
  if (wanted.empty())
    throw Error{Fault::usage,
                "{} is connected to nothing, so its module does not read it; connect a player that "
                "is silent",
                what.port};
  if (const auto rest = difference(what.elements, wanted); !rest.empty())
    throw Error{Fault::usage, "{} has no elements {}; it reads {}", what.port, to_string(rest),
                to_string(wanted)};
}

/// What an earlier run was told reaches everybody before the first lease does.
void Core::replay_steering() {
  for (const auto& steered : script_) {
    if (steered.what.verb == Verb::send) inject(steered.what.send, steered.at, true);
    if (steered.what.verb == Verb::stop) {
      replayed_stop_ = std::min(steered.at, replayed_stop_.value_or(steered.at));
      reason_ = stopped(steered.what.reason);
    }
    const bool of_simulated_time = steered.what.verb == Verb::send ||
                                   steered.what.verb == Verb::stop ||
                                   steered.what.verb == Verb::mark;
    if (of_simulated_time) log_.push_back(steered);  // pauses are of wall-clock time
  }
}

}  // namespace tutti::broker
