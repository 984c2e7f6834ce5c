// SPDX-License-Identifier: MIT
#pragma once
#include <mpi.h>

#include <deque>
#include <span>
#include <vector>

#include "tutti/module.hpp"
#include "voxels/links.hpp"

namespace tutti::rxd_app {

/// The ranks of a module as slabs on top of each other: rank 0 has the lowest planes. They talk in
/// a communicator of their own, made when it is first needed, beside what the library sends.
class SlabLinks : public ::rxd::Links {
 public:
  explicit SlabLinks(Module& module) : module_{module} {}
  ~SlabLinks() override;
  SlabLinks(const SlabLinks&) = delete;
  SlabLinks& operator=(const SlabLinks&) = delete;

  bool below() const override { return module_.ranks().rank > 0; }
  bool above() const override { return module_.ranks().rank + 1 < module_.ranks().count; }
  void send_below(std::span<const double> values) override { send(-1, values); }
  void send_above(std::span<const double> values) override { send(1, values); }
  void receive_below(std::span<double> values) override { receive(-1, values); }
  void receive_above(std::span<double> values) override { receive(1, values); }
  double largest(double mine) override;

 private:
  struct Sent {
    std::vector<double> values;
    MPI_Request request = MPI_REQUEST_NULL;
  };
  MPI_Comm ranks();
  void send(int step, std::span<const double> values);
  void receive(int step, std::span<double> values);

  Module& module_;
  MPI_Comm ranks_ = MPI_COMM_NULL;
  std::deque<Sent> sent_;  // until they have left; buffers are used again
};

}  // namespace tutti::rxd_app
