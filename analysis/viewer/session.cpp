// SPDX-License-Identifier: MIT
#include "session.hpp"

#include "frame.hpp"
#include "words.hpp"

namespace viewer {
namespace {

using tutti::Error;
using tutti::Fault;
using words::Json;

constexpr std::size_t most_watches = 256, most_texts = 1024;
constexpr std::size_t most_values = 256 << 10;  ///< Of one frame: 1 MiB of float32.
constexpr double rate_hz = 30, most_rate_hz = 120;
constexpr std::uint64_t most_ahead = 1 << 20;  ///< Of what a client has dealt with. [bytes]

/// Seconds of wall time since this server began: what real-time factors are reckoned by.
double wall_seconds() {
  static const auto begin = Session::Clock::now();
  return std::chrono::duration<double>(Session::Clock::now() - begin).count();
}

}  // namespace

Session::Session(Source& source) : source_{source} {}

Session::~Session() {
  for (const auto& [id, watch] : watches_) source_.leave(watch.selection);
}

bool Session::received(std::string_view text) {
  if (texts_.size() > most_texts) return false;  // it asks and never reads
  const auto word = Json::parse(text, nullptr, false);
  if (!word.is_object()) return false;
  std::uint32_t id = 0;
  try {
    id = word.value("id", 0U);
    const auto type = word.value("type", "");
    if (type == "subscribe") {
      subscribe(id, text);
    } else if (type == "unsubscribe") {
      leave(id);
    } else if (type == "table") {
      const auto port = word.value("port", "");
      source_.table(port);  // throws where there is none
      tables_.insert(port);
    } else if (type == "command") {
      commands_[source_.command(words::command(word, source_.inputs()))] = id;
    } else if (type == "taken") {
      taken_bytes_ = word.value("bytes", std::uint64_t{0});
    } else if (type != "ping") {
      throw Error{Fault::usage,
                  "\"{}\" is none of subscribe, unsubscribe, table, command, taken, ping", type};
    } else {
      texts_.push_back(Json{{"type", "pong"}, {"id", id}}.dump());
    }
  } catch (const std::exception& error) {
    texts_.push_back(words::refused(id, error.what()).dump());
  }
  return true;
}

void Session::subscribe(std::uint32_t id, std::string_view text) {
  const auto word = Json::parse(text);
  if (watches_.size() >= most_watches)
    throw Error{Fault::usage, "more than {} subscriptions at once", most_watches};
  Watch watch;
  watch.selection = words::selection(word, source_.streams());
  const auto history = words::duration(word, "history_ms", {});
  const auto clock = source_.status().clock.time_since_epoch();
  const auto from = words::duration(word, "from_ms", clock - history);
  watch.after = Time{from} - Duration{1};
  if (word.contains("to_ms")) watch.until = Time{words::duration(word, "to_ms", {})};
  const double rate = std::clamp(word.value("rate", rate_hz), 0.1, most_rate_hz);
  watch.pause = std::chrono::microseconds{static_cast<std::int64_t>(1e6 / rate)};
  source_.want(watch.selection, std::max(history, clock - from));
  leave(id);
  texts_.push_back(Json{{"type", "stream"},
                        {"id", id},
                        {"port", watch.selection.port},
                        {"every_ms", tutti::to_ms(watch.selection.every)},
                        {"reduce", words::name(watch.selection.reduce)},
                        {"elements", words::ranges(watch.selection.elements)}}
                       .dump());
  watches_.emplace(id, std::move(watch));
}

void Session::leave(std::uint32_t id) {
  const auto found = watches_.find(id);
  if (found == watches_.end()) return;
  source_.leave(found->second.selection);
  watches_.erase(found);
}

void Session::answered(const Answer& answer) {
  const auto found = commands_.find(answer.ticket);
  if (found == commands_.end()) return;
  texts_.push_back(words::answer(found->second, answer).dump());
  commands_.erase(found);
}

std::optional<Outgoing> Session::next(Clock::time_point now) {
  if (!greeted_) {
    if (!source_.ready()) return std::nullopt;
    greeted_ = true;
    return Outgoing{words::hello(source_).dump(), false};
  }
  if (!texts_.empty()) {
    Outgoing message{std::move(texts_.front()), false};
    texts_.pop_front();
    return message;
  }
  if (state_due_) {
    state_due_ = false;
    return Outgoing{words::state(source_.status(), wall_seconds()).dump(), false};
  }
  if (auto table = next_table()) return table;
  return next_frame(now);
}

std::optional<Outgoing> Session::next_table() {
  for (auto it = tables_.begin(); it != tables_.end(); ++it) {
    const auto* table = source_.table(*it);
    if (table == nullptr) continue;
    Outgoing message{words::table(*it, *table).dump(), false};
    tables_.erase(it);
    return message;
  }
  return std::nullopt;
}

std::optional<Outgoing> Session::next_frame(Clock::time_point now) {
  // browsers take in whatever comes and show it when they can: what waits there would be old
  if (taken_bytes_ && sent_bytes_ > *taken_bytes_ + most_ahead) return std::nullopt;
  auto it = watches_.upper_bound(last_served_);
  for (std::size_t turn = 0; turn < watches_.size(); ++turn) {
    if (it == watches_.end()) it = watches_.begin();
    auto& [id, watch] = *it++;
    if (now < watch.due) continue;
    last_served_ = id;
    if (auto frame = frame_of(id, watch, now)) return frame;
    watch.due = now + watch.pause;
    if (watch.after < watch.until || watch.until == Time::max()) continue;
    const auto done = Json{{"type", "end"}, {"id", id}}.dump();
    leave(id);
    return Outgoing{done, false};
  }
  return std::nullopt;
}

/// The next frame with something in it. Stretches without are passed over in silence.
std::optional<Outgoing> Session::frame_of(std::uint32_t id, Watch& watch, Clock::time_point now) {
  try {
    for (int turn = 0; turn < 8; ++turn) {
      auto block = source_.read(watch.selection, watch.after, watch.until, most_values);
      if (!block || block->to <= watch.after) {
        // a finished run has nothing beyond its end
        if (!source_.overview().live && watch.until != Time::max()) watch.after = watch.until;
        return std::nullopt;
      }
      watch.after = block->to;
      if (block->times.empty()) continue;
      // what the source has forgotten since last time, on top of what never reached it
      if (watch.expected && block->index > *watch.expected)
        watch.lost += block->index - *watch.expected;
      watch.expected = block->index + block->times.size();
      block->lost += watch.lost;
      // one that lags behind catches up at once; one that is up to date keeps to its rate
      const bool full = block->values.size() + block->times.size() >= most_values / 2;
      watch.due = full ? now : now + watch.pause;
      Outgoing frame{to_frame(*block, id, watch.sequence++), true};
      sent_bytes_ += frame.bytes.size();
      return frame;
    }
  } catch (const std::exception& error) {  // a file that cannot be read, say
    watch.after = watch.until;
    return Outgoing{words::refused(id, error.what()).dump(), false};
  }
  return std::nullopt;
}

}  // namespace viewer
