// SPDX-License-Identifier: MIT
#pragma once
#include <mpi.h>

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "ring_channel.hpp"

namespace tutti::transport {

/// What one lane asks of the ring that carries it.
struct RingNeed {
  std::size_t wished = 0;    ///< [bytes]
  std::size_t in_place = 0;  ///< [bytes] With at least this much, frames are read where they lie.
};

/// The rings between this process and others on its host. Both ends name their lanes; then the
/// target offers memory, the source says whether it can reach it, and where it cannot (another
/// container, a system that forbids it), both know that MPI carries this lane.
class Neighbours {
 public:
  /// `comm`: everybody who may be a neighbour; used from `first_tag` on.
  Neighbours(MPI_Comm comm, int first_tag);
  ~Neighbours();
  Neighbours(const Neighbours&) = delete;
  Neighbours& operator=(const Neighbours&) = delete;

  /// What this process sleeps on.
  Bell& bell() const;
  Backlog& backlog() { return backlog_; }

  /// A lane from, or to, rank `peer` of the communicator. Before the first settle().
  void expect_from(int peer, std::uint32_t connection, RingNeed need);
  void expect_to(int peer, std::uint32_t connection);
  /// Goes on with the agreement; true once all lanes are settled. Does not wait.
  bool settle();
  /// The end of a settled lane; nothing where it has no ring.
  std::unique_ptr<Sender> sender(int peer, std::uint32_t connection);
  std::unique_ptr<Receiver> receiver(int peer, std::uint32_t connection);

 private:
  /// A process's memory, as another one finds it. Its first page holds the cookie, which says that
  /// it is the one meant, and the bell.
  struct Address {
    std::int64_t pid = 0;
    std::int64_t fd = -1;  ///< -1: there is none, or it was not reached.
    std::uint64_t cookie = 0;
  };
  struct Offer {
    Address memory;
    std::uint64_t offset = 0, capacity = 0;
  };
  struct Lane {
    int peer;
    std::uint32_t connection;
    RingNeed need;
    bool in_place = false, answered = false;
    Offer offer;
    Address answer;
    Ring ring;
    Mapping bell;
    std::array<MPI_Request, 2> requests{MPI_REQUEST_NULL, MPI_REQUEST_NULL};
  };

  void begin();
  void lay_out();
  void reach(Lane& lane);
  static SharedMemory memory_of(const Address& address);
  static Mapping first_page(const SharedMemory& memory, std::uint64_t cookie);
  Address own_address() const;
  int tag(const Lane& lane, int part) const {
    return first_tag_ + 2 * static_cast<int>(lane.connection) + part;
  }
  static Lane& find(std::vector<Lane>& lanes, int peer, std::uint32_t connection);

  MPI_Comm comm_;
  int first_tag_;
  std::uint64_t cookie_;
  SharedMemory memory_;  // a page, then the rings of incoming lanes
  Mapping page_;
  Backlog backlog_;
  std::vector<Lane> incoming_, outgoing_;
  bool begun_ = false;
};

}  // namespace tutti::transport
