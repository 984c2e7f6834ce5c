// SPDX-License-Identifier: MIT
#include "room.hpp"

#include <time.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>

#include "limits.hpp"
#include "tutti/control/observer.hpp"
#include "tutti/error.hpp"

namespace tutti::gateway {
namespace {

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Of this thread.
double computed_seconds() {
  timespec t{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

}  // namespace

Room::Room(const control::RunInfo& info)
    : front_{context_, zmq::socket_type::router},
      back_{context_, zmq::socket_type::router},
      core_{context_, zmq::socket_type::dealer},
      atlas_{info} {
  // an observer's queue is bounded, what does not fit is refused at once; nor may it send much
  front_.set(zmq::sockopt::router_mandatory, true);
  front_.set(zmq::sockopt::sndhwm, most_words_waiting);
  front_.set(zmq::sockopt::rcvhwm, most_words_waiting);
  front_.set(zmq::sockopt::maxmsgsize, longest_word);
  front_.set(zmq::sockopt::linger, 200);
  back_.set(zmq::sockopt::rcvhwm, most_chunks_waiting);
  back_.set(zmq::sockopt::linger, 0);
  core_.set(zmq::sockopt::linger, 0);
  if (info.keys.on()) doorman_.emplace(context_, info.keys);
  control::serve(back_, info.keys);
  control::visit(core_, info.keys);
  try {
    front_.bind(info.tap);
    if (info.keys.on()) open_far_door(info);
    back_.bind(info.sources);
    core_.connect(info.endpoint);
  } catch (const zmq::error_t& e) {
    throw Error{Fault::io, "the gateway cannot listen at {} and {}: {}", info.tap, info.sources,
                e.what()};
  }
  core_.send(zmq::buffer(control::encode(control::Watch{200})), zmq::send_flags::dontwait);
}

/// For observers on other machines, where the run is on a network: what is bound from here on asks
/// for the run's keys. They find it, and the keys, in the run folder.
void Room::open_far_door(const control::RunInfo& info) {
  control::serve(front_, info.keys);
  front_.bind(info.listen);
  const auto path = tap::far_door(info.folder);
  std::ofstream{path} << front_.get(zmq::sockopt::last_endpoint) << "\n";
}

void Room::serve() {
  std::array<zmq::pollitem_t, 3> items{{{front_.handle(), 0, ZMQ_POLLIN, 0},
                                        {back_.handle(), 0, ZMQ_POLLIN, 0},
                                        {core_.handle(), 0, ZMQ_POLLIN, 0}}};
  ::zmq_poll(items.data(), static_cast<int>(items.size()), 20);
  now_s_ = seconds();
  receive_core();
  receive_back();
  receive_front();
  if (ended_s_ && !over_ && now_s_ > *ended_s_ + last_chunks_s) end();
  if (now_s_ < pump_due_s_) return;
  const double begin_s = computed_seconds();
  pump();
  // what costs much comes less often: fewer, longer batches
  const double rest_s = (computed_seconds() - begin_s) / core_share;
  pump_due_s_ = now_s_ + std::clamp(rest_s, pump_period_s, slowest_pump_s);
  drop_idle();
  if (news_ && !ended_s_) tell_state();
  std::erase_if(observers_, [&](const auto& entry) {
    return now_s_ > entry.second.heard_s + patience_with_observers_s;
  });
}

void Room::receive_front() {
  zmq::message_t peer, body;
  for (int k = 0; k < most_words_at_once && front_.recv(peer, zmq::recv_flags::dontwait); ++k) {
    bool more = peer.more(), whole = false;
    for (; more; more = body.more()) {  // one part is a word, several are nonsense
      if (!front_.recv(body, zmq::recv_flags::dontwait)) return;
      whole = !whole && !body.more();
    }
    if (!whole) continue;
    try {
      hear(peer.to_string(), tap::decode({body.data<std::byte>(), body.size()}));
    } catch (const Error& e) {
      refuse(peer.to_string(), 0, e.what());
    }
  }
}

void Room::receive_back() {
  zmq::message_t peer, body;
  for (int k = 0; k < most_chunks_at_once && back_.recv(peer, zmq::recv_flags::dontwait); ++k) {
    if (!peer.more() || !back_.recv(body, zmq::recv_flags::dontwait)) continue;
    try {
      auto note = tap::decode_note({body.data<std::byte>(), body.size()});
      if (auto* said = std::get_if<tap::Introduction>(&note)) {
        atlas_.add(peer.to_string(), std::move(*said));
      } else if (auto* part = std::get_if<tap::Description>(&note)) {
        atlas_.take(peer.to_string(), std::move(*part));
      } else if (auto* chunk = std::get_if<tap::Chunk>(&note)) {
        const auto* source = atlas_.find(peer.to_string());
        const auto found = streams_.find(chunk->stream);
        if (source != nullptr && found != streams_.end())
          found->second.stream.take(source->said.rank, std::move(*chunk));
      }
    } catch (const Error& e) {
      fmt::print(stderr, "gateway: dropped what a process said: {}\n", e.what());
    }
  }
}

void Room::receive_core() {
  for (zmq::message_t raw; core_.recv(raw, zmq::recv_flags::dontwait);) {
    auto message = control::decode({raw.data<std::byte>(), raw.size()});
    if (auto* status = std::get_if<control::Status>(&message)) {
      if (status->phase == control::Phase::ended && !ended_s_) ended_s_ = now_s_;
      news_ = std::move(*status);
    } else if (auto* answer = std::get_if<control::Answer>(&message)) {
      const auto found = asked_.find(answer->id);
      if (found == asked_.end()) continue;
      answer->id = found->second.id;
      send_front(found->second.peer, tap::Word{std::move(*answer)});
      asked_.erase(found);
    }
  }
}

bool Room::send_front(const Peer& peer, const tap::Word& word) {
  return send_front(peer, tap::encode(word));
}

bool Room::send_front(const Peer& peer, std::span<const std::byte> bytes) {
  return send_made(peer, [&] { return zmq::message_t{bytes.data(), bytes.size()}; });
}

/// Never waits: a full queue is its observer's loss, and a closed one means that it left.
template <typename Make>
bool Room::send_made(const Peer& peer, Make&& make) {
  const auto known = observers_.find(peer);
  try {
    const auto flags = zmq::send_flags::dontwait;
    if (front_.send(zmq::buffer(peer), flags | zmq::send_flags::sndmore)) {
      zmq::message_t message = make();
      if (known != observers_.end()) known->second.allowance -= static_cast<double>(message.size());
      front_.send(message, flags);
      return true;
    }
    if (known != observers_.end()) ++known->second.dropped;
  } catch (const zmq::error_t&) {
    if (known != observers_.end()) known->second.heard_s = -patience_with_observers_s;
  }
  return false;
}

bool Room::send_print(const Peer& peer, Subscription& subscription, tap::BatchPrint& print) {
  const auto sequence = subscription.sequence++ + subscription.reader.skipped();
  return send_made(peer, [&] {
    zmq::message_t message{print.size()};
    print.copy(subscription.answer.id, sequence, {message.data<std::byte>(), message.size()});
    return message;
  });
}

void Room::send_back(const Peer& peer, const tap::Note& note) {
  const auto bytes = tap::encode_note(note);
  if (back_.send(zmq::buffer(peer), zmq::send_flags::dontwait | zmq::send_flags::sndmore))
    back_.send(zmq::buffer(bytes), zmq::send_flags::dontwait);
}

}  // namespace tutti::gateway
