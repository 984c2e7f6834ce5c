// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "channel.hpp"
#include "ring.hpp"

/// Frames between two processes of one host, through a ring of memory that both see: one copy in,
/// none out. The source never waits: what finds no room is kept and written later.
namespace tutti::transport {

/// Senders with something left to write. Whoever waits for anything gives them a chance.
class Backlog {
 public:
  void add(Sender& sender) { senders_.push_back(&sender); }
  bool empty() const { return senders_.empty(); }
  void pump() {
    std::erase_if(senders_, [](Sender* sender) { return sender->flushed(); });
  }

 private:
  std::vector<Sender*> senders_;
};

class RingSender final : public Sender {
 public:
  /// `bell`: the target's, in `page`.
  RingSender(Ring ring, Mapping page, Bell& bell, Backlog& backlog);
  void send(Buffer& frame) override;
  std::byte* reserve(std::size_t size) override;
  void send_reserved(std::size_t size) override { publish(size, size); }
  std::uint64_t released() override {
    return ring_.state().released.load(std::memory_order_acquire);
  }
  bool flushed() override;

 private:
  bool has_room(std::size_t bytes);
  bool write(const Buffer& frame);
  bool write_piece(const Buffer& frame);
  void publish(std::size_t size, std::uint64_t size_field);

  Ring ring_;
  Mapping page_;
  Bell& bell_;
  Backlog& backlog_;
  std::uint64_t cookie_;
  RingPlace place_;
  std::uint64_t read_ = 0;     // as far as we know
  std::deque<Buffer> queued_;  // found no room
  std::size_t begun_ = 0;      // bytes of the first of them that are written
  std::vector<Buffer> spare_;
};

class RingReceiver final : public Receiver {
 public:
  /// `in_place`: frames are read where they lie; requires a ring that has room for all that are
  /// held at a time, and one more. Else they are copied.
  /// `bell`: the source's, in `page`.
  RingReceiver(Ring ring, Mapping page, Bell& bell, bool in_place);
  std::span<const std::byte> next() override;
  void drop() override;
  void release(std::uint64_t count) override;
  bool flushed() override { return true; }

 private:
  Slot* slot_here();
  std::span<const std::byte> collect(Slot& slot);
  void free(std::size_t bytes);
  void publish();

  Ring ring_;
  Mapping page_;
  Bell& bell_;
  bool in_place_;
  std::uint64_t cookie_;
  RingPlace seen_, freed_;       // what lies between them is held in place
  std::uint64_t published_ = 0;  // what the source knows to be free
  std::deque<Buffer> copies_;
  std::vector<Buffer> spare_;
  Buffer coming_;
};

}  // namespace tutti::transport
