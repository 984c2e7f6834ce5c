// SPDX-License-Identifier: MIT
#include "lane.hpp"

#include <algorithm>
#include <bit>

namespace tutti::module {

plan::Delivery delivery_of(const control::Connection& c) {
  return {c.kind, c.take, c.direct, c.delay, c.source_step, c.target_step};
}

KeyForm::KeyForm(Extent extent, Duration interval) : base{extent.first} {
  element_bits = static_cast<unsigned>(std::bit_width(extent.last - extent.first));
  const auto time_bits =
      static_cast<unsigned>(std::bit_width(static_cast<std::uint64_t>(interval.count())));
  fits = element_bits + time_bits <= 64 && element_bits < 64;
}

Time needed_from(const control::Connection& connection, Time cut) {
  const Duration back =
      plan::looks_back(connection.delay, connection.source_step, connection.target_step);
  if (cut - time_zero <= back) return time_zero;
  return plan::down(cut - back, connection.source_step);
}

std::uint64_t first_frame(const control::Connection& connection, Time cut) {
  const Time begin = needed_from(connection, cut);
  if (connection.kind == PortKind::signal && begin == time_zero) return 0;
  return static_cast<std::uint64_t>(begin.time_since_epoch() / connection.interval) + 1;
}

Lane::Lane(const control::Connection& connection, std::uint32_t own_rank, std::uint32_t target_rank,
           std::unique_ptr<transport::Sender> sender, Time cut)
    : connection_{connection},
      delivery_{delivery_of(connection)},
      own_rank_{own_rank},
      target_rank_{target_rank},
      sender_{std::move(sender)},
      first_{first_frame(connection, cut)},
      sequence_{first_},
      begin_{needed_from(connection, cut)} {
  transport::open_frame(frame_);
  next_end_ = begin_;
  if (first_ == 0) return;  // the sample at 0
  const auto interval = connection_.interval;
  next_end_ = std::min(plan::down(begin_, interval) + interval, connection_.source_end);
}

void Lane::send(transport::Payload payload, bool weighted) {
  transport::FrameHeader header;
  header.format = static_cast<std::uint8_t>(static_cast<unsigned>(payload) |
                                            (weighted ? transport::FrameHeader::weights : 0U));
  header.connection = connection_.id;
  header.source_rank = own_rank_;
  header.count = count_;
  header.sequence = sequence_++;
  if (lost_) {
    frame_.clear();
    transport::open_frame(frame_);
    reserved_ = nullptr;
  } else if (reserved_ != nullptr) {
    header.bytes = reserved_size_ - sizeof header;
    bytes_ += reserved_size_;
    std::memcpy(reserved_, &header, sizeof header);
    sender_->send_reserved(reserved_size_);
    reserved_ = nullptr;
  } else {
    bytes_ += frame_.size();
    transport::seal_frame(frame_, header);
    sender_->send(frame_);
    transport::open_frame(frame_);
  }
  count_ = 0;
  begin_ = next_end_;
  next_end_ =
      std::min(begin_ - begin_.time_since_epoch() % connection_.interval + connection_.interval,
               connection_.source_end);
}

std::uint64_t Lane::awaited(Time clock) const {
  if (connection_.credits == 0) return 0;
  const auto needed =
      plan::release_needed(delivery_, connection_.interval, connection_.credits, clock);
  if (!needed) return 0;
  const auto number = static_cast<std::uint64_t>((*needed - connection_.delay).time_since_epoch() /
                                                 connection_.interval);
  return number + (connection_.kind == PortKind::signal ? 1 : 0);
}

bool Lane::look_for_releases(std::uint64_t number) {
  released_ = sender_->released();
  return released_ >= number;
}

std::byte* Lane::reserve(std::size_t payload_bytes) {
  reserved_size_ = sizeof(transport::FrameHeader);
  reserved_ = lost_ ? nullptr : sender_->reserve(reserved_size_ + payload_bytes);
  return reserved_ != nullptr ? reserved_ + reserved_size_ : nullptr;
}

void Lane::leave_reserved(std::size_t payload_bytes) {
  std::copy_n(reserved_ + sizeof(transport::FrameHeader), payload_bytes,
              frame_.extend(payload_bytes));
  reserved_ = nullptr;
}

}  // namespace tutti::module
