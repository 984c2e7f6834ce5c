// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "../transport/channel.hpp"
#include "../transport/frame.hpp"
#include "tutti/control/messages.hpp"
#include "tutti/plan/reads.hpp"

namespace tutti::module {

/// The rules' view of a connection.
plan::Delivery delivery_of(const control::Connection& connection);

/// A run that goes on from a checkpoint at `cut`: from here on (exclusive) a target still needs
/// what its source said. 0: from the beginning, the sample at 0 included.
Time needed_from(const control::Connection& connection, Time cut);

/// The number of the first frame of such a run: the frame that ends behind needed_from, or at it
/// for the sample at 0.
std::uint64_t first_frame(const control::Connection& connection, Time cut);

/// From the lowest to the highest element that a target rank takes of a connection, whichever rank
/// of the source has them.
struct Extent {
  std::uint64_t first = 0, last = 0;
};

/// What both ends of a connection derive from that: how a spike to this target rank is packed into
/// one 64-bit key (SpikeCode). It is the same for all source ranks, so their keys can be merged.
struct KeyForm {
  std::uint64_t base = 0;  ///< In the numbers of whoever packs or unpacks.
  unsigned element_bits = 0;
  bool fits = true;  ///< Else spikes travel as 16 bytes.

  KeyForm() = default;
  KeyForm(Extent extent, Duration interval);
};

/// One connection from this rank to one rank of its target: a frame being filled, and what sends
/// it.
class Lane {
 public:
  /// `cut`: where the run goes on; frames begin at needed_from there.
  Lane(const control::Connection& connection, std::uint32_t own_rank, std::uint32_t target_rank,
       std::unique_ptr<transport::Sender> sender, Time cut);

  const control::Connection& connection() const { return connection_; }
  std::uint32_t own_rank() const { return own_rank_; }
  std::uint32_t target_rank() const { return target_rank_; }
  /// The frame so far, header included; where nothing is reserved.
  transport::Buffer& frame() { return frame_; }
  std::uint32_t& count() { return count_; }
  /// Room for a payload of up to that size, straight in the transport's memory if that can be: then
  /// where it begins. Before anything is in the frame.
  std::byte* reserve(std::size_t payload_bytes);
  bool reserved() const { return reserved_ != nullptr; }
  /// There is more than was reserved room for: what is written so far goes on in frame().
  void leave_reserved(std::size_t payload_bytes);
  /// `bytes` more of payload, to be written by the caller.
  std::byte* extend(std::size_t bytes) {
    if (reserved_ == nullptr) return frame_.extend(bytes);
    std::byte* place = reserved_ + reserved_size_;
    reserved_size_ += bytes;
    return place;
  }
  /// How many samples the frame that is being filled will hold.
  std::size_t samples_per_frame() const {
    return sequence_ == 0
               ? 1
               : static_cast<std::size_t>((next_end_ - begin_) / connection_.source_step);
  }
  /// Where the frame that is being filled begins.
  Time begin() const { return begin_; }

  /// Frames sent, and their bytes, headers included.
  std::uint64_t frames() const { return sequence_ - first_; }
  std::uint64_t bytes() const { return bytes_; }

  /// Whether the target reads the sample at `t`, or may do so once we are lost: the last it has.
  bool is_read(Time t) const {
    return connection_.on_loss != OnLoss::stop ||
           plan::is_read(delivery_, t, connection_.source_end);
  }
  bool ends_at(Time t) const { return t == next_end_; }
  Time end() const { return next_end_; }
  /// Sends the frame, whose end the source has reached, and begins the next.
  void send(transport::Payload payload, bool weighted);

  /// Whether credits allow to enter the window that begins at `clock`; looks for news if not.
  bool may_enter(Time clock) {
    const auto number = lost_ ? 0 : awaited(clock);
    return number <= released_ || look_for_releases(number);
  }
  /// The frame that must be released before that window may be entered.
  std::uint64_t awaited(Time clock) const;
  bool flushed() { return lost_ || sender_->flushed(); }
  /// The target is no more: what would go to it is dropped.
  void lose() {
    lost_ = true;
    sender_->dismiss();
  }
  /// Sender::nap of what sends it.
  bool nap() { return sender_->nap(); }
  /// Sender::dismiss of what sends it.
  void dismiss() { sender_->dismiss(); }
  /// The target is done and will send no further release.
  bool target_done() {
    return lost_ || connection_.credits == 0 || sender_->released() == transport::all_released;
  }

 private:
  bool look_for_releases(std::uint64_t number);

  control::Connection connection_;
  plan::Delivery delivery_;
  std::uint32_t own_rank_, target_rank_;
  std::unique_ptr<transport::Sender> sender_;
  transport::Buffer frame_;
  std::byte* reserved_ = nullptr;
  std::size_t reserved_size_ = 0;
  std::uint64_t released_ = 0;  // frames, as far as we know
  std::uint32_t count_ = 0;
  std::uint64_t first_ = 0, sequence_ = 0;
  std::uint64_t bytes_ = 0;
  Time begin_{}, next_end_{};
  bool lost_ = false;
};

}  // namespace tutti::module
