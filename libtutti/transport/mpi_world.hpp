// SPDX-License-Identifier: MIT
#pragma once
#include <mpi.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tutti::transport {

/// This process's place in its MPI job: the communicator of its own module, and one
/// intercommunicator per module that it is connected to. MPI is initialised here unless it already
/// was, and finalised here only if it was initialised here.
class MpiWorld {
 public:
  /// Whether this process was started by an MPI launcher.
  static bool present();

  MpiWorld();
  ~MpiWorld();
  MpiWorld(const MpiWorld&) = delete;
  MpiWorld& operator=(const MpiWorld&) = delete;

  int rank() const { return rank_; }
  int size() const { return size_; }
  /// Everybody of this job.
  MPI_Comm world() const { return world_; }
  /// Whether a world rank runs on this host.
  bool is_near(int world_rank) const { return near_.at(static_cast<std::size_t>(world_rank)) != 0; }
  /// Makes the communicator of the `count` world ranks from `first`: this module's. Collective
  /// there.
  void make_local(int first, int count);
  MPI_Comm local() const { return local_; }
  /// Makes the communicator to the module whose first world rank is `first_there`. Collective over
  /// both modules; all processes of a job make theirs in the same order. `number` tells pairs
  /// apart.
  void make_pair(std::uint32_t module, int first_there, int number, bool own);
  MPI_Comm pair(std::uint32_t module) const { return pairs_.at(module); }
  /// Tags of `world()` from here on are free for others.
  static constexpr int first_free_tag = 1 << 20;
  /// A failed run: nothing collective may be called any more.
  void abandon() { abandoned_ = true; }

 private:
  void find_near();

  int rank_ = 0, size_ = 1;
  bool own_init_ = false, abandoned_ = false;
  MPI_Comm world_ = MPI_COMM_NULL, local_ = MPI_COMM_NULL;
  std::vector<std::uint8_t> near_;  // by world rank
  std::map<std::uint32_t, MPI_Comm> pairs_;
};

}  // namespace tutti::transport
