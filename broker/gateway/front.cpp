// SPDX-License-Identifier: MIT
// What observers say, and what is said at once.
#include <algorithm>

#include "limits.hpp"
#include "room.hpp"
#include "tutti/config/problems.hpp"
#include "tutti/error.hpp"

namespace tutti::gateway {
namespace {

/// The step that comes nearest to a wish; every step where nothing is wished.
Duration rounded(Duration every, Duration step) {
  if (every <= step) return step;
  return step * ((every + step / 2) / step);
}

}  // namespace

void Room::refuse(const Peer& peer, std::uint32_t id, const std::string& text) {
  send_front(peer, tap::Refused{id, text});
}

void Room::hear(const Peer& peer, const tap::Word& word) {
  if (const auto* greeting = std::get_if<tap::Hello>(&word)) return hello(peer, *greeting);
  const auto known = observers_.find(peer);
  if (known == observers_.end()) return refuse(peer, 0, "say hello first");
  known->second.heard_s = now_s_;
  if (const auto* wish = std::get_if<tap::Subscribe>(&word)) {
    try {
      subscribe(peer, known->second, *wish);
    } catch (const Error& e) {
      refuse(peer, wish->id, e.what());
    }
  } else if (const auto* enough = std::get_if<tap::Unsubscribe>(&word)) {
    known->second.subscriptions.erase(enough->id);
  } else if (const auto* order = std::get_if<control::Command>(&word)) {
    command(peer, *order);
  } else if (std::holds_alternative<tap::Bye>(word)) {
    observers_.erase(known);
  } else {
    refuse(peer, 0, "that is for a gateway to say");
  }
}

void Room::hello(const Peer& peer, const tap::Hello& hello) {
  const auto known = observers_.find(peer);
  if (known == observers_.end() && observers_.size() >= most_observers)
    return refuse(peer, 0, fmt::format("{} look on already", most_observers));
  auto& observer = observers_[peer];
  observer.name = hello.name;
  observer.heard_s = now_s_;
  if (!observer.welcomed && atlas_.complete())
    observer.welcomed = send_front(peer, tap::Word{atlas_.welcome()});
  if (!over_) return;
  if (news_) send_front(peer, tap::Word{*news_});
  send_front(peer, tap::Bye{});
}

void Room::command(const Peer& peer, control::Command order) {
  if (asked_.size() >= most_commands) asked_.erase(asked_.begin());
  const auto number = next_command_++;
  asked_[number] = {peer, order.id};
  order.id = number;
  core_.send(zmq::buffer(control::encode(order)), zmq::send_flags::dontwait);
}

void Room::subscribe(const Peer&, Observer& observer, const tap::Subscribe& wish) {
  const auto* output = atlas_.output(wish.port);
  if (output == nullptr) {
    std::vector<std::string> names;
    for (const auto& port : atlas_.welcome().outputs) names.push_back(port.full_name());
    const auto near = config::nearest(wish.port, names);
    throw Error{Fault::usage, "the run has no output \"{}\"{}", wish.port,
                near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near)};
  }
  if (output->port.kind == PortKind::message)
    throw Error{Fault::usage, "{} is a port of messages: only spikes and signals can be tapped",
                wish.port};
  if (observer.subscriptions.size() >= most_subscriptions &&
      !observer.subscriptions.contains(wish.id))
    throw Error{Fault::usage, "{} subscriptions are the most that one observer may have",
                most_subscriptions};
  StreamSpec spec;
  spec.module = output->module, spec.port = output->port.name, spec.kind = output->port.kind;
  spec.elements = atlas_.elements(*output);
  if (!wish.elements.empty()) spec.elements = intersection(spec.elements, wish.elements);
  if (spec.elements.empty())
    throw Error{Fault::usage, "{} has none of the elements {}", wish.port,
                to_string(wish.elements)};
  spec.every = output->step;
  if (spec.kind == PortKind::signal) {
    spec.every = rounded(wish.every, output->step);
    spec.reduce = wish.reduce;
    spec.single = wish.single;
    if (spec.sample_bytes() > longest_sample)
      throw Error{Fault::usage,
                  "{}: a sample of {} elements has {} bytes, {} are allowed; choose fewer elements"
                  "{}",
                  wish.port,
                  spec.elements.size(),
                  spec.sample_bytes(),
                  longest_sample,
                  wish.single ? "" : ", or float32"};
  }
  const auto number = stream_for(spec);
  auto& tapped = streams_.at(number);
  tapped.needed_s = now_s_;
  Subscription subscription{number,
                            Reader{tapped.stream, spec, std::max(wish.history, Duration::zero())},
                            spec.elements,
                            {wish.id, *output, {}, spec.every, spec.reduce}};
  observer.subscriptions.insert_or_assign(wish.id, std::move(subscription));
}

}  // namespace tutti::gateway
