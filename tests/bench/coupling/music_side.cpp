// SPDX-License-Identifier: MIT
// MUSIC's side of the coupling benchmark, through its C++ interface. The arguments come from the
// configuration file that tests/bench/coupling/run writes: KIND SENDS TAKES WIDTH RATE TICKS
// DISTRIBUTION LATENCY_TICKS WORK_US.
#include <mpi.h>
#include <time.h>

#include <cstdio>
#include <cstdlib>
#include <music.hh>
#include <string>
#include <vector>

namespace {

struct Count : MUSIC::EventHandlerGlobalIndex {
  long items = 0;
  double sum = 0;
  void operator()(double, MUSIC::GlobalIndex id) override {
    ++items;
    sum += static_cast<int>(id);
  }
};

std::vector<MUSIC::GlobalIndex> own_elements(int width, bool round_robin, int rank, int ranks) {
  std::vector<MUSIC::GlobalIndex> ids;
  if (round_robin)
    for (int id = rank; id < width; id += ranks) ids.emplace_back(id);
  else
    for (long id = static_cast<long>(width) * rank / ranks;
         id < static_cast<long>(width) * (rank + 1) / ranks; ++id)
      ids.emplace_back(static_cast<int>(id));
  return ids;
}

double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

volatile double sink;
void spin(long rounds) {
  double x = 1;
  for (long k = 0; k < rounds; ++k) x = x * 1.0000001 + 1e-9;
  sink = x;
}

}  // namespace

int main(int argc, char** argv) {
  auto* setup = new MUSIC::Setup(argc, argv);  // the Runtime deletes it
  MPI_Comm comm = setup->communicator();
  int rank = 0, ranks = 1;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &ranks);
  if (argc < 10) return 2;
  const bool events = std::string{argv[1]} == "events";
  const bool sends = std::atoi(argv[2]) != 0, takes = std::atoi(argv[3]) != 0;
  const int width = std::atoi(argv[4]);
  const long total = std::atol(argv[5]), ticks = std::atol(argv[6]);
  const bool round_robin = std::string{argv[7]} == "round_robin";
  const double step = 1e-3, latency = std::atoi(argv[8]) * step, work_us = std::atof(argv[9]);

  auto own = own_elements(width, round_robin, rank, ranks);
  const int count = static_cast<int>(own.size());
  MUSIC::LinearIndex block{own.empty() ? MUSIC::GlobalIndex{0} : own.front(), count};
  MUSIC::PermutationIndex listed{own.data(), count};
  MUSIC::IndexMap* map = round_robin ? static_cast<MUSIC::IndexMap*>(&listed) : &block;
  const int buffered = 1;  // ticks: as one frame a step; its default is 64,000 for one double
  Count handler;
  std::vector<double> values(own.size() + 1, 1.0);
  MUSIC::ArrayData data{values.data(), MPI::DOUBLE, map};
  MUSIC::EventOutputPort* out = nullptr;
  if (sends && events)
    (out = setup->publishEventOutput("out"))->map(map, MUSIC::Index::GLOBAL, buffered);
  if (sends && !events) setup->publishContOutput("out")->map(&data, buffered);
  if (takes && events) setup->publishEventInput("in")->map(map, &handler, latency, buffered);
  if (takes && !events) setup->publishContInput("in")->map(&data, latency, buffered, false);

  long rounds = 0;
  if (work_us > 0) {
    const long trial = 4000000;
    const double begin = cpu_seconds();
    spin(trial);
    rounds = static_cast<long>(work_us * 1e-6 / (cpu_seconds() - begin) * trial);
  }
  MUSIC::Runtime runtime{setup, step};
  const long rate = total / ranks + (rank < total % ranks ? 1 : 0);
  std::size_t next = 0;
  double worked = 0;
  const double begin = MPI_Wtime();
  for (long tick = 0; tick < ticks; ++tick) {
    const double used = cpu_seconds();
    spin(rounds);
    worked += cpu_seconds() - used;
    if (out != nullptr)
      for (long k = 0; k < rate; ++k) {
        out->insertEvent(runtime.time(), own[next]);
        if (++next == own.size()) next = 0;
      }
    runtime.tick();
  }
  std::printf("RESULT seconds=%.6f ticks=%ld items=%ld sum=%g takes=%d worked=%.6f\n",
              MPI_Wtime() - begin, ticks, handler.items, handler.sum + values[0], takes, worked);
  std::fflush(stdout);
  runtime.finalize();
  return 0;
}
