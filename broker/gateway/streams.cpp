// SPDX-License-Identifier: MIT
// What observers get: streams that sources are asked for, tables, and how the run is.
#include <algorithm>

#include "limits.hpp"
#include "room.hpp"
#include "tutti/error.hpp"

namespace tutti::gateway {

/// One that has what is wished for and loses nothing, or a new one: whoever asks for too much has
/// their own losses.
std::uint32_t Room::stream_for(const StreamSpec& wish) {
  for (const auto& [number, tapped] : streams_)
    if (tapped.stream.spec() == wish ||
        (covers(tapped.stream.spec(), wish) && tapped.stream.lost() == 0))
      return number;
  if (streams_.size() >= most_streams) {
    const auto idle = std::ranges::min_element(
        streams_, {}, [](const auto& entry) { return entry.second.needed_s; });
    if (now_s_ < idle->second.needed_s + 1)
      throw Error{Fault::usage, "the run is tapped in {} ways already, which is the most",
                  most_streams};
    for (const auto* source : atlas_.of_module(idle->second.stream.spec().module))
      send_back(source->peer, tap::Cancel{idle->first});
    streams_.erase(idle);
  }
  const auto* output = atlas_.output(wish.module + "." + wish.port);
  const auto number = next_stream_++;
  streams_.emplace(number, Tapped{Stream{wish, atlas_.parts(*output), history_bytes}, now_s_});
  order(number);
  return number;
}

/// All streams get the same part of what processes may send, and of the memory for the past.
void Room::share_out() {
  if (streams_.size() == shared_among_ || now_s_ < shared_s_ + share_period_s) return;
  shared_among_ = streams_.size();
  shared_s_ = now_s_;
  for (auto& [number, tapped] : streams_) {
    tapped.stream.set_history(history_bytes / streams_.size());
    order(number);
  }
}

void Room::order(std::uint32_t number) {
  const auto& spec = streams_.at(number).stream.spec();
  const auto* output = atlas_.output(spec.module + "." + spec.port);
  const auto parts = atlas_.parts(*output);
  const double rate = std::max(tap_rate / static_cast<double>(streams_.size()), least_rate);
  for (const auto* source : atlas_.of_module(spec.module))
    for (const auto& [rank, ids] : parts) {
      if (rank != source->said.rank) continue;
      const auto mine = intersection(ids, spec.elements);
      if (mine.empty()) continue;
      const double part =
          static_cast<double>(mine.size()) / static_cast<double>(spec.elements.size());
      send_back(source->peer, tap::Order{number, spec.port, spec.elements, spec.every, spec.reduce,
                                         spec.single, static_cast<std::uint64_t>(rate * part) + 1});
    }
}

void Room::drop_idle() {
  for (auto it = streams_.begin(); it != streams_.end();) {
    if (now_s_ < it->second.needed_s + idle_stream_s) {
      ++it;
      continue;
    }
    for (const auto* source : atlas_.of_module(it->second.stream.spec().module))
      send_back(source->peer, tap::Cancel{it->first});
    it = streams_.erase(it);
  }
  share_out();
}

void Room::pump() {
  press_.clear();
  for (auto& [number, tapped] : streams_) tapped.stream.merge();
  for (auto& [peer, observer] : observers_) feed(peer, observer);
}

/// What has come for an observer, as far as its allowance goes: one that asks for the past again
/// and again would have all of the gateway's time.
void Room::feed(const Peer& peer, Observer& observer) {
  if (!observer.welcomed && atlas_.complete())
    observer.welcomed = send_front(peer, tap::Word{atlas_.welcome()});
  const double gained = observer_rate * (now_s_ - observer.counted_s);
  observer.allowance = std::min(observer.allowance + gained, observer_rate * slowest_pump_s);
  observer.counted_s = now_s_;
  for (auto& [id, subscription] : observer.subscriptions) {
    const auto tapped = streams_.find(subscription.stream);
    if (tapped == streams_.end()) continue;
    tapped->second.needed_s = now_s_;
    if (!subscription.told && !tell_table(peer, observer, subscription)) continue;
    for (int k = 0; k < most_batches_at_once && observer.allowance > 0; ++k) {
      auto* print = press_.next(tapped->first, tapped->second.stream, subscription.reader);
      if (print == nullptr) break;
      send_print(peer, subscription, *print);
    }
  }
}

/// The answer to a subscription, once the table of its elements is known.
bool Room::tell_table(const Peer& peer, Observer& observer, Subscription& subscription) {
  if (observer.allowance <= 0) return false;
  const auto& output = subscription.answer.info;
  auto table = atlas_.table(output, subscription.elements);
  if (!table && subscription.elements.size() > most_rows)
    table = ElementTable{output.port.element, subscription.elements, {}, {}};  // too long a list
  if (!table) {
    if (const auto asked = atlas_.question(output, subscription.elements, now_s_))
      for (const auto* source : atlas_.of_module(output.module))
        send_back(source->peer, tap::Describe{output.port.name, *asked});
    return false;
  }
  auto answer = subscription.answer;
  answer.table = std::move(*table);
  subscription.told = send_front(peer, tap::Word{std::move(answer)});
  return subscription.told;
}

void Room::tell_state() {
  if (observers_.empty()) return news_.reset();
  const auto bytes = tap::encode(tap::Word{*news_});
  for (const auto& [peer, observer] : observers_) send_front(peer, bytes);
  news_.reset();
}

/// The run is over: the last of everything, and goodbye.
void Room::end() {
  over_ = true;
  for (auto& [peer, observer] : observers_) observer.allowance = observer_rate;
  pump();
  if (!news_) return;
  const auto state = tap::encode(tap::Word{*news_});
  for (const auto& [peer, observer] : observers_) {
    send_front(peer, state);
    send_front(peer, tap::Word{tap::Bye{}});
  }
}

}  // namespace tutti::gateway
