// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "../transport/channel.hpp"
#include "../transport/frame.hpp"
#include "tutti/control/messages.hpp"
#include "tutti/plan/rules.hpp"

namespace tutti::module {

/// The rules' view of a connection.
plan::Delivery delivery_of(const control::Connection& connection);

/// What both ends of a route between two ranks derive from the elements they share: how a spike is
/// packed into one 64-bit key, (t - frame begin) << element bits | (element - base).
struct KeyForm {
  std::uint64_t base = 0;  ///< In the numbers of whoever packs or unpacks.
  unsigned element_bits = 0;
  bool fits = true;  ///< Else spikes travel as 16 bytes.

  KeyForm() = default;
  KeyForm(const Elements& shared, Duration interval);
};

/// One connection from this rank to one rank of its target: a frame being filled, and what sends
/// it.
class Lane {
 public:
  Lane(const control::Connection& connection, std::uint32_t own_rank, std::uint32_t target_rank,
       std::unique_ptr<transport::Sender> sender);

  const control::Connection& connection() const { return connection_; }
  std::uint32_t target_rank() const { return target_rank_; }
  transport::Buffer& frame() { return frame_; }
  std::uint32_t& count() { return count_; }
  /// Where the frame that is being filled begins.
  Time begin() const { return begin_; }

  bool ends_at(Time t) const { return t == next_end_; }
  /// Closes the frame if one ends when the source reaches `t`, and sends it.
  void reach(Time t, transport::Payload payload, bool weighted) {
    if (t == next_end_) send(payload, weighted);
  }

  /// Whether credits allow to enter the window that begins at `clock`; looks for news if not.
  bool may_enter(Time clock);
  /// The frame that must be released before that window may be entered.
  std::uint64_t awaited(Time clock) const;
  bool flushed() { return sender_->flushed(); }
  /// The target is done and will send no further release.
  bool target_done() {
    return connection_.credits == 0 || sender_->released() == transport::all_released;
  }

 private:
  void send(transport::Payload payload, bool weighted);

  control::Connection connection_;
  plan::Delivery delivery_;
  std::uint32_t own_rank_, target_rank_;
  std::unique_ptr<transport::Sender> sender_;
  transport::Buffer frame_;
  std::uint32_t count_ = 0;
  std::uint64_t sequence_ = 0;
  Time begin_{}, next_end_{};
};

}  // namespace tutti::module
