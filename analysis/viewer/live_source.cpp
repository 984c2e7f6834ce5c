// SPDX-License-Identifier: MIT
#include "live_source.hpp"

#include <cstring>
#include <zmq.hpp>

#include "folder_source.hpp"
#include "tutti/error.hpp"

namespace viewer {
namespace {

namespace tap = tutti::tap;
namespace control = tutti::control;
using tutti::Error;
using tutti::Fault;

constexpr std::chrono::seconds between_hellos{1};
constexpr std::chrono::seconds patience{20};  ///< With a feed that nobody watches.
constexpr std::size_t budget = 48 << 20;      ///< Of one feed. [bytes]
constexpr int most_words = 2000;              ///< In one poll.
constexpr int most_waiting = 4000;            ///< Words that wait in our socket.

StreamInfo info_of(const tap::PortInfo& port) {
  return {port.full_name(), port.port.kind, port.port.unit, port.port.element,
          port.port.doc,    port.step,      port.elements};
}

tap::Reduce reduce_of(Reduce reduce) {
  switch (reduce) {
    case Reduce::mean:
      return tap::Reduce::mean;
    case Reduce::min_max:
      return tap::Reduce::min_max;
    case Reduce::latest:
      break;
  }
  return tap::Reduce::latest;
}

Block block_of(tap::Batch batch) {
  Block block;
  block.from = batch.from, block.to = batch.to, block.lost = batch.lost;
  block.times = std::move(batch.times);
  block.elements = std::move(batch.elements);
  if (batch.kind != tutti::PortKind::spikes && !block.times.empty()) {
    block.values.resize(batch.values.size() / sizeof(float));
    std::memcpy(block.values.data(), batch.values.data(), block.values.size() * sizeof(float));
    block.width = static_cast<std::uint32_t>(block.values.size() / block.times.size());
  }
  return block;
}

control::Command command_of(const Command& from) {
  using Verb = Command::Verb;
  using To = control::Command::Verb;
  control::Command to;
  to.step = from.step, to.reason = from.text;
  switch (from.verb) {
    case Verb::pause:
      to.verb = To::pause;
      break;
    case Verb::resume:
      to.verb = To::resume;
      break;
    case Verb::step:
      to.verb = To::step;
      break;
    case Verb::stop:
      to.verb = To::stop;
      break;
    case Verb::mark:
      to.verb = To::mark;
      break;
    case Verb::spike:
    case Verb::value:
      to.verb = To::send;
      to.send.port = from.port, to.send.elements = from.elements;
      to.send.kind = from.verb == Verb::spike ? tutti::PortKind::spikes : tutti::PortKind::signal;
      to.send.weight = from.amount, to.send.value = from.amount;
      to.send.duration = from.span, to.send.add = from.add;
      break;
  }
  return to;
}

}  // namespace

struct LiveSource::Socket {
  zmq::context_t context{1};
  zmq::socket_t dealer{context, zmq::socket_type::dealer};
};

LiveSource::LiveSource(const std::filesystem::path& folder, const std::string& tap)
    : socket_{std::make_unique<Socket>()}, overview_{overview_of(folder)} {
  overview_.live = true;
  status_.stop = overview_.stop;
  auto& dealer = socket_->dealer;
  dealer.set(zmq::sockopt::linger, 0);
  dealer.set(zmq::sockopt::rcvhwm, most_waiting);
  dealer.connect(tap);
  constexpr std::string_view local = "ipc://";
  if (tap.starts_with(local))
    sockets_ = std::filesystem::path{tap.substr(local.size())}.parent_path();
}

LiveSource::~LiveSource() { say(tap::Bye{}); }

void LiveSource::say(const tap::Word& word) {
  const auto bytes = tap::encode(word);
  socket_->dealer.send(zmq::buffer(bytes), zmq::send_flags::dontwait);
}

void LiveSource::poll() {
  const auto now = Clock::now();
  if (now >= hello_due_ && !over_) {
    hello_due_ = now + between_hellos;
    say(tap::Hello{"viewer", {}});
    drop_idle();
    notice_end();
  }
  zmq::message_t raw;
  for (int k = 0; k < most_words && socket_->dealer.recv(raw, zmq::recv_flags::dontwait); ++k) {
    try {
      hear(tap::decode({raw.data<std::byte>(), raw.size()}));
    } catch (const Error& error) {
      if (error.fault() != Fault::protocol) throw;  // a word of another release: passed over
    }
  }
}

void LiveSource::hear(const tap::Word& word) {
  if (const auto* welcome = std::get_if<tap::Welcome>(&word)) return hear(*welcome);
  if (const auto* stream = std::get_if<tap::Stream>(&word)) return hear(*stream);
  if (const auto* batch = std::get_if<tap::Batch>(&word)) return hear(*batch);
  if (const auto* refused = std::get_if<tap::Refused>(&word)) return hear(*refused);
  if (const auto* status = std::get_if<control::Status>(&word)) status_ = *status;
  if (const auto* answer = std::get_if<control::Answer>(&word))
    answers_.push_back({answer->id, answer->ok, answer->at, answer->text});
  if (std::holds_alternative<tap::Bye>(word)) over_ = true;
}

void LiveSource::hear(const tap::Welcome& welcome) {
  if (ready_) return;
  overview_.stop = welcome.stop;
  for (const auto& port : welcome.outputs) streams_.push_back(info_of(port));
  for (const auto& port : welcome.inputs) inputs_.push_back(info_of(port));
  ready_ = true;
}

void LiveSource::hear(const tap::Stream& stream) {
  const auto port = stream.info.full_name();
  if (const auto asked = asked_tables_.find(stream.id); asked != asked_tables_.end()) {
    tables_.insert_or_assign(port, stream.table);
    asked_tables_.erase(asked);
    return say(tap::Unsubscribe{stream.id});
  }
  const auto wanted = wanted_.find(stream.id);
  if (wanted != wanted_.end() && wanted->second.elements.empty())
    tables_.insert_or_assign(port, stream.table);
}

void LiveSource::hear(tap::Batch batch) {
  const auto wanted = wanted_.find(batch.id);
  if (wanted == wanted_.end()) return;
  feeds_.at(wanted->second).history.add(block_of(std::move(batch)));
}

void LiveSource::hear(const tap::Refused& refused) {
  if (const auto asked = asked_tables_.find(refused.id); asked != asked_tables_.end()) {
    refused_tables_.insert(asked->second);
    asked_tables_.erase(asked);
  }
  if (const auto wanted = wanted_.find(refused.id); wanted != wanted_.end())
    feeds_.at(wanted->second).refused = refused.text;
}

const tutti::ElementTable* LiveSource::table(const std::string& port) {
  const auto found = tables_.find(port);
  if (found != tables_.end()) return &found->second;
  if (refused_tables_.contains(port))
    throw Error{Fault::usage, "{}: its table of elements is too large to be shown", port};
  const auto info = std::ranges::find(streams_, port, &StreamInfo::port);
  if (info == streams_.end()) throw Error{Fault::usage, "there is no port \"{}\" here", port};
  for (const auto& [id, asked] : asked_tables_)
    if (asked == port) return nullptr;
  for (const auto& [selection, feed] : feeds_)
    if (selection.port == port && selection.elements.empty() && feed.refused.empty())
      return nullptr;  // comes with its stream
  // a table comes only with a stream: one that has next to no samples, and goes at once
  tap::Subscribe ask;
  ask.id = next_id_++;
  ask.port = port;
  ask.every = std::max(info->step, overview_.stop.time_since_epoch());
  ask.single = true;
  asked_tables_[ask.id] = port;
  say(ask);
  return nullptr;
}

void LiveSource::want(const Selection& selection, Duration history) {
  const auto [found, fresh] = feeds_.try_emplace(selection, Feed{0, 0, {}, History{budget}, {}});
  auto& feed = found->second;
  ++feed.users;
  if (!fresh) return;
  feed.id = next_id_++;
  wanted_.emplace(feed.id, selection);
  tap::Subscribe ask;
  ask.id = feed.id, ask.port = selection.port, ask.elements = selection.elements;
  ask.every = selection.every, ask.reduce = reduce_of(selection.reduce);
  ask.history = history, ask.single = true;
  say(ask);
}

void LiveSource::leave(const Selection& selection) {
  const auto found = feeds_.find(selection);
  if (found == feeds_.end() || --found->second.users > 0) return;
  found->second.idle_since = Clock::now();
}

void LiveSource::drop_idle() {
  for (auto it = feeds_.begin(); it != feeds_.end();) {
    const auto& feed = it->second;
    if (feed.users > 0 || (feed.refused.empty() && Clock::now() - feed.idle_since < patience)) {
      ++it;
      continue;
    }
    say(tap::Unsubscribe{feed.id});
    wanted_.erase(feed.id);
    it = feeds_.erase(it);
  }
}

/// A launcher that was killed says nothing; its sockets go with it.
void LiveSource::notice_end() {
  if (sockets_.empty() || std::filesystem::exists(sockets_)) return;
  over_ = true;
  if (status_.phase == control::Phase::ended) return;
  status_.phase = control::Phase::ended;
  status_.ok = false;
  status_.reason = "the run is gone without a word";
}

std::optional<Block> LiveSource::read(const Selection& selection, Time after, Time until,
                                      std::size_t most) {
  const auto found = feeds_.find(selection);
  if (found == feeds_.end()) return std::nullopt;
  if (!found->second.refused.empty()) throw Error{Fault::usage, "{}", found->second.refused};
  return found->second.history.read(after, until, most);
}

std::uint64_t LiveSource::command(const Command& command) {
  if (over_) throw Error{Fault::usage, "this run has ended: it can be looked at, not steered"};
  auto order = command_of(command);
  order.id = next_id_++;
  say(order);
  return order.id;
}

std::size_t LiveSource::bytes() const {
  std::size_t sum = 0;
  for (const auto& [selection, feed] : feeds_) sum += feed.history.bytes();
  return sum;
}

}  // namespace viewer
