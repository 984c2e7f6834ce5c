// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "../transport/mpi_world.hpp"
#include "../transport/neighbours.hpp"
#include "../transport/zmq_port.hpp"
#include "tutti/control/messages.hpp"
#include "tutti/control/run_info.hpp"

namespace tutti::module {

/// What carries frames between this process and another: shared memory where the other one is on
/// this host and in the same MPI job, MPI elsewhere in that job, ZeroMQ to all others.
class Channels {
 public:
  /// `mpi`: nothing, where this process is in no MPI job.
  Channels(const control::RunInfo& info, std::uint32_t module, std::uint32_t rank,
           transport::MpiWorld* mpi);

  /// What this process sleeps on.
  transport::Bell& bell() const { return neighbours_.bell(); }
  /// What must go on while this process waits: writes what found no room, looks after links. To be
  /// called often. Throws Error{lost} for a link that stays cut.
  void tend();
  /// Where processes outside its job reach this one; empty where there are none.
  std::string endpoint() const { return port_ ? port_->endpoint() : std::string{}; }

  /// Makes the communicators of the broker's plan. Collective in each pair of modules.
  void open(const control::Start& start);
  /// Names a lane to come, before the first settle().
  void expect_to(const control::Connection& c, std::uint32_t target);
  void expect_from(const control::Connection& c, std::uint32_t source, transport::RingNeed need);
  /// Goes on with the agreement on shared memory; true once there is one. Does not wait.
  bool settle() { return neighbours_.settle(); }
  /// The end of a lane to a rank of the connection's target.
  std::unique_ptr<transport::Sender> sender(const control::Connection& c, std::uint32_t target);
  /// The end of a lane from a rank of the connection's source.
  std::unique_ptr<transport::Receiver> receiver(const control::Connection& c, std::uint32_t source);

 private:
  transport::Backlog& backlog() { return neighbours_.backlog(); }
  bool in_our_job(std::uint32_t module) const;
  bool is_near(std::uint32_t module, std::uint32_t rank) const;
  std::int32_t world_rank(std::uint32_t module, std::uint32_t rank) const;

  const control::RunInfo& info_;
  std::uint32_t module_, rank_;
  transport::MpiWorld* mpi_;
  transport::Neighbours neighbours_;
  std::unique_ptr<transport::ZmqPort> port_;
  std::vector<control::Members> modules_;
};

}  // namespace tutti::module
