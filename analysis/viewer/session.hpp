// SPDX-License-Identifier: MIT
#pragma once
#include <chrono>
#include <deque>
#include <map>
#include <set>

#include "source.hpp"
#include "web_server.hpp"

namespace viewer {

/// One browser: what it watches and how far it has been told. Nothing is queued for it but answers:
/// data are taken from the source when its socket is free, so a slow one sees fewer and larger
/// frames, and what the source no longer holds by then is counted as lost.
class Session {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Session(Source& source);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// A word of the client; false where it is beyond repair and the client is to be left.
  bool received(std::string_view text);
  /// The next message, if there is one by now.
  std::optional<Outgoing> next(Clock::time_point now);
  /// Something about the run is new; told when there is room.
  void state_is_new() { state_due_ = true; }
  /// The answer to one of its commands, if it is one of its.
  void answered(const Answer& answer);

 private:
  struct Watch {
    Selection selection;
    Time after{}, until = Time::max();
    Clock::time_point due{};
    std::chrono::microseconds pause{};
    std::uint64_t sequence = 0, lost = 0;
    std::optional<std::uint64_t> expected;  ///< Index of the next spike or sample.
  };
  void subscribe(std::uint32_t id, std::string_view text);
  void leave(std::uint32_t id);
  std::optional<Outgoing> next_table();
  std::optional<Outgoing> next_frame(Clock::time_point now);
  std::optional<Outgoing> frame_of(std::uint32_t id, Watch& watch, Clock::time_point now);

  Source& source_;
  std::map<std::uint32_t, Watch> watches_;
  std::uint32_t last_served_ = 0;                    ///< Watches take turns.
  std::set<std::string> tables_;                     ///< Asked for, not sent yet.
  std::map<std::uint64_t, std::uint32_t> commands_;  ///< The source's ticket, the client's id.
  std::deque<std::string> texts_;
  std::uint64_t sent_bytes_ = 0;              ///< Of frames.
  std::optional<std::uint64_t> taken_bytes_;  ///< What the client has dealt with, if it says so.
  bool state_due_ = true, greeted_ = false;
};

}  // namespace viewer
