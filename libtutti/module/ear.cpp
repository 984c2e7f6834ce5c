// SPDX-License-Identifier: MIT
#include <algorithm>

#include "inlets.hpp"
#include "tutti/error.hpp"

namespace tutti::module {

Ear::Ear(const control::Connection& connection, Time cut)
    : connection_{connection},
      delivery_{delivery_of(connection)},
      first_{needed_from(connection, cut)},
      first_frame_{first_frame(connection, cut)} {}

void Ear::connect(std::uint32_t rank, std::unique_ptr<transport::Receiver> receiver,
                  const Elements&) {
  Voice voice;
  voice.rank = rank;
  voice.receiver = std::move(receiver);
  voice.said = first_;
  voice.sequence = first_frame_;
  voice.silent = first_frame_ == 0;
  voices_.push_back(std::move(voice));
}

namespace {

/// What was on its way when its source was lost has so long to arrive.
constexpr std::chrono::milliseconds grace{200};

}  // namespace

void Ear::lose() {
  if (!lost_at_) lost_at_ = std::chrono::steady_clock::now();
}

/// No more will come. From here on every voice counts as heard.
void Ear::fall_silent() {
  Time since = connection_.source_end;
  for (auto& voice : voices_) {
    voice.gone = true;
    voice.released = transport::all_released;
    voice.receiver->abandon();
    since = std::min(since, voice.silent ? time_zero - Duration{1} : voice.said);
  }
  silent_since_ = since;
}

void Ear::stand_in_for(Ear& primary) {
  primary_ = &primary;
  primary.has_stand_in_ = true;
}

std::optional<Time> Ear::handed_over() const {
  if (primary_ != nullptr) return primary_->silent_since_;
  return has_stand_in_ ? silent_since_ : std::nullopt;
}

bool Ear::mute(Time t) const {
  const auto since = handed_over();
  const bool after = since && t > *since;
  return primary_ != nullptr ? !after : after;
}

bool Ear::has_spoken(const Voice& voice, Time needed) const {
  return voice.gone || (!voice.silent && voice.said >= needed);
}

Time Ear::needed(Time clock) const {
  const auto needed = plan::needed_until(delivery_, clock);
  return needed ? std::min(*needed, connection_.source_end) : Time{Duration{-1}};
}

bool Ear::heard(Time clock) {
  const Time until = needed(clock);
  if (until < time_zero) return true;
  bool all = true;
  for (std::size_t v = 0; v < voices_.size(); ++v) {
    while (!has_spoken(voices_[v], until)) {
      make_way(v);
      const auto frame = voices_[v].receiver->next();
      if (frame.empty()) break;
      accept(v, frame);
    }
    all = all && has_spoken(voices_[v], until);
  }
  if (!all && lost_at_ && std::chrono::steady_clock::now() - *lost_at_ > grace) {
    fall_silent();
    return true;
  }
  return all;
}

const Voice* Ear::behind(Time clock) const {
  const Time until = needed(clock);
  for (const auto& voice : voices_)
    if (until >= time_zero && !has_spoken(voice, until)) return &voice;
  return nullptr;
}

void Ear::accept(std::size_t v, std::span<const std::byte> frame) {
  auto& voice = voices_[v];
  const auto header = transport::read_header(frame);
  if (header.connection != connection_.id || header.source_rank != voice.rank ||
      header.sequence != voice.sequence)
    throw Error{Fault::protocol,
                "{} → {}: frame {} of connection {}, rank {} came where frame {} of connection {}, "
                "rank {} was due",
                connection_.from(),
                connection_.to(),
                header.sequence,
                header.connection,
                header.source_rank,
                voice.sequence,
                connection_.id,
                voice.rank};
  const auto number = static_cast<std::int64_t>(voice.sequence);
  const Time end = std::min(time_zero + connection_.interval * number, connection_.source_end);
  take_in(v, header, frame.subspan(sizeof header), {voice.said, end});
  ++voice.sequence;
  voice.said = end;
  voice.silent = false;
}

void Ear::release(Time clock, bool done) {
  if (connection_.credits == 0) return;
  // frame n may go once the clock has reached its end plus the delay
  const Duration past = clock - time_zero - connection_.delay;
  std::uint64_t count = 0;
  if (past >= Duration::zero())
    count = static_cast<std::uint64_t>(past / connection_.interval) +
            (connection_.kind == PortKind::signal ? 1 : 0);
  for (auto& voice : voices_) {
    if (voice.released == transport::all_released) continue;
    if (done) {
      voice.released = transport::all_released;
      voice.receiver->release(voice.released);
    } else if (count >= voice.released + connection_.credit_batch) {
      voice.released = count;
      voice.receiver->release(count);
    }
  }
}

bool Ear::flushed() {
  return std::ranges::all_of(voices_, [](auto& voice) { return voice.receiver->flushed(); });
}

}  // namespace tutti::module
