// SPDX-License-Identifier: MIT
#pragma once
#include <mpi.h>

#include <array>
#include <deque>
#include <vector>

#include "channel.hpp"

/// Frames over MPI point-to-point messages of one communicator.
///
/// A frame's first `head_bytes` travel as one message into a receive that is already posted; what
/// is longer follows as a second one, received straight to its place. Tags are 4·connection + {0
/// head, 1 rest, 2 release}. Everything here runs on the thread that initialised MPI.
namespace tutti::transport {

/// How much of a frame travels as its first message: what fits is received without any handshake.
inline constexpr std::size_t default_head_bytes = 4000;

/// Both ends of a channel agree on these.
struct MpiRoute {
  MPI_Comm comm = MPI_COMM_NULL;
  int peer = 0;  ///< Rank in `comm` (of the other group where it is an intercommunicator).
  std::uint32_t connection = 0;
  std::size_t head_bytes = default_head_bytes;

  int tag(int part) const { return static_cast<int>(connection) * 4 + part; }
};

class MpiSender final : public Sender {
 public:
  explicit MpiSender(const MpiRoute& route, bool with_credits);
  ~MpiSender() override;
  void send(Buffer& frame) override;
  std::uint64_t released() override;
  bool flushed() override;

 private:
  struct Flight {
    Buffer buffer;
    std::array<MPI_Request, 2> requests{MPI_REQUEST_NULL, MPI_REQUEST_NULL};
  };
  void collect();

  MpiRoute route_;
  std::deque<Flight> flights_;
  std::vector<Buffer> spare_;
  bool with_credits_;
  std::uint64_t released_ = 0, arriving_ = 0;
  MPI_Request release_request_ = MPI_REQUEST_NULL;
};

class MpiReceiver final : public Receiver {
 public:
  explicit MpiReceiver(const MpiRoute& route);
  ~MpiReceiver() override;
  std::span<const std::byte> next() override;
  void drop() override;
  void release(std::uint64_t count) override;
  bool flushed() override;

 private:
  struct Slot {
    Buffer head;
    MPI_Request request = MPI_REQUEST_NULL;
  };
  void post(Slot& slot);
  bool head_here();
  Buffer spare();

  MpiRoute route_;
  std::array<Slot, 4> slots_;
  std::size_t current_ = 0;
  Buffer coming_;  // the frame that is being received
  MPI_Request rest_ = MPI_REQUEST_NULL;
  bool rest_pending_ = false;
  std::deque<Buffer> held_;
  std::vector<Buffer> spare_;
  std::deque<std::pair<std::uint64_t, MPI_Request>> releases_;
};

}  // namespace tutti::transport
