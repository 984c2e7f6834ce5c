// SPDX-License-Identifier: MIT
#include "mpi_world.hpp"

#include <cstdlib>
#include <numeric>

#include "tutti/error.hpp"

namespace tutti::transport {

bool MpiWorld::present() {
  return std::getenv("OMPI_COMM_WORLD_SIZE") != nullptr || std::getenv("PMI_RANK") != nullptr ||
         std::getenv("PMIX_RANK") != nullptr;
}

MpiWorld::MpiWorld() {
  int initialised = 0;
  MPI_Initialized(&initialised);
  if (initialised == 0) {
    int provided = 0;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
    own_init_ = true;
    if (provided < MPI_THREAD_FUNNELED)
      throw Error{Fault::config, "this MPI cannot be used beside another thread (FUNNELED)"};
  }
  MPI_Comm_dup(MPI_COMM_WORLD, &world_);
  MPI_Comm_rank(world_, &rank_);
  MPI_Comm_size(world_, &size_);
  find_near();
}

void MpiWorld::find_near() {
  MPI_Comm host = MPI_COMM_NULL;
  MPI_Comm_split_type(world_, MPI_COMM_TYPE_SHARED, rank_, MPI_INFO_NULL, &host);
  MPI_Group all = MPI_GROUP_NULL, here = MPI_GROUP_NULL;
  MPI_Comm_group(world_, &all);
  MPI_Comm_group(host, &here);
  near_.assign(static_cast<std::size_t>(size_), 0);
  for (int rank = 0; rank < size_; ++rank) {
    int found = MPI_UNDEFINED;
    MPI_Group_translate_ranks(all, 1, &rank, here, &found);
    near_[static_cast<std::size_t>(rank)] = found != MPI_UNDEFINED;
  }
  MPI_Group_free(&here);
  MPI_Group_free(&all);
  MPI_Comm_free(&host);
}

MpiWorld::~MpiWorld() {
  if (abandoned_) return;
  for (auto& [module, comm] : pairs_) MPI_Comm_free(&comm);
  if (local_ != MPI_COMM_NULL) MPI_Comm_free(&local_);
  MPI_Comm_free(&world_);
  if (own_init_) MPI_Finalize();
}

void MpiWorld::make_local(int first, int count) {
  std::vector<int> ranks(static_cast<std::size_t>(count));
  std::iota(ranks.begin(), ranks.end(), first);
  MPI_Group all = MPI_GROUP_NULL, mine = MPI_GROUP_NULL;
  MPI_Comm_group(world_, &all);
  MPI_Group_incl(all, count, ranks.data(), &mine);
  MPI_Comm_create_group(world_, mine, first, &local_);
  MPI_Group_free(&mine);
  MPI_Group_free(&all);
}

void MpiWorld::make_pair(std::uint32_t module, int first_there, int number, bool own) {
  MPI_Comm comm = MPI_COMM_NULL;
  if (own)
    MPI_Comm_dup(local_, &comm);
  else
    MPI_Intercomm_create(local_, 0, world_, first_there, number, &comm);
  pairs_.emplace(module, comm);
}

}  // namespace tutti::transport
