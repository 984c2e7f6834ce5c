// SPDX-License-Identifier: MIT
#include "app/slab_links.hpp"

#include <sched.h>

#include <algorithm>
#include <chrono>
#include <cstring>

#include "tutti/error.hpp"

namespace tutti::rxd_app {

namespace {

constexpr int tag = 1;
/// Longer than any step: a neighbour that is silent for so long is not there any more.
constexpr std::chrono::minutes deadline{10};

}  // namespace

/// At the end all has been received, unless a neighbour is gone: then nobody waits for it.
SlabLinks::~SlabLinks() {
  for (Sent& letter : sent_) {
    int done = 0;
    MPI_Test(&letter.request, &done, MPI_STATUS_IGNORE);
    if (done == 0) MPI_Request_free(&letter.request);
  }
  if (ranks_ != MPI_COMM_NULL) MPI_Comm_free(&ranks_);
}

/// The communicator of this module's ranks. Collective when it is first asked for.
MPI_Comm SlabLinks::ranks() {
  if (ranks_ != MPI_COMM_NULL) return ranks_;
  int mine = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &mine);
  std::vector<int> all;
  for (const auto& bytes : module_.gather(std::as_bytes(std::span{&mine, 1}))) {
    int rank = 0;
    std::memcpy(&rank, bytes.data(), sizeof rank);
    all.push_back(rank);
  }
  MPI_Group world = MPI_GROUP_NULL, group = MPI_GROUP_NULL;
  MPI_Comm_group(MPI_COMM_WORLD, &world);
  MPI_Group_incl(world, static_cast<int>(all.size()), all.data(), &group);
  MPI_Comm_create_group(MPI_COMM_WORLD, group, all.front(), &ranks_);
  MPI_Group_free(&group);
  MPI_Group_free(&world);
  return ranks_;
}

void SlabLinks::send(int step, std::span<const double> values) {
  Sent letter;
  int done = 1;
  while (!sent_.empty() && done != 0) {  // they leave in the order sent
    MPI_Test(&sent_.front().request, &done, MPI_STATUS_IGNORE);
    if (done == 0) break;
    letter.values = std::move(sent_.front().values);
    sent_.pop_front();
  }
  letter.values.assign(values.begin(), values.end());
  sent_.push_back(std::move(letter));
  MPI_Isend(sent_.back().values.data(), static_cast<int>(values.size()), MPI_DOUBLE,
            module_.ranks().rank + step, tag, ranks(), &sent_.back().request);
}

void SlabLinks::receive(int step, std::span<double> values) {
  const int from = module_.ranks().rank + step;
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Irecv(values.data(), static_cast<int>(values.size()), MPI_DOUBLE, from, tag, ranks(),
            &request);
  const auto end = std::chrono::steady_clock::now() + deadline;
  for (int done = 0;;) {
    MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    if (done != 0) return;
    if (std::chrono::steady_clock::now() > end)
      throw Error{Fault::deadline,  "{}: rank {} waited {} minutes for the planes of rank {}",
                  module_.name(),   module_.ranks().rank,
                  deadline.count(), from};
    ::sched_yield();  // where there are fewer cores than ranks, it may be waiting for this one
  }
}

double SlabLinks::largest(double mine) {
  if (module_.ranks().count == 1) return mine;
  for (const auto& bytes : module_.gather(std::as_bytes(std::span{&mine, 1}))) {
    double theirs = 0;
    std::memcpy(&theirs, bytes.data(), sizeof theirs);
    mine = std::max(mine, theirs);
  }
  return mine;
}

}  // namespace tutti::rxd_app
