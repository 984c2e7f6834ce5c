// SPDX-License-Identifier: MIT
// Our side of tests/bench/cells/run: the network of shared/bench/neuron/ringnet.py on the solver
// alone, as a line of JSON; its spikes as "t gid" lines.
//
//     cells_side ring|allhh|differing CELLS STOP_MS THREADS [SPIKES]
//     cells_side setup CELLS COMPARTMENTS          (a cell of so many compartments, so many times)
//
// Under mpirun the cells are dealt to the ranks and spikes exchanged every ms, the shortest delay.
#include <mpi.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <memory>
#include <tuple>

#include "model.hpp"

namespace {

using namespace bench;

constexpr double dt_ms = 0.025;
constexpr int steps_per_exchange = 40;
constexpr unsigned ring = 16;

double user_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec) +
         1e-6 * static_cast<double>(usage.ru_utime.tv_usec);
}

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

struct Ranks {
  int rank = 0, count = 1;
  Ranks() {
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &count);
  }
};

struct Spike {
  std::int64_t step, gid;
  auto operator<=>(const Spike&) const = default;
};

/// Every spike of all ranks in the interval that ends.
std::vector<Spike> everybody(const std::vector<Spike>& mine, const Ranks& ranks) {
  if (ranks.count == 1) return mine;
  std::vector<int> counts(static_cast<std::size_t>(ranks.count)), places(counts.size());
  const int own = static_cast<int>(2 * mine.size());
  MPI_Allgather(&own, 1, MPI_INT, counts.data(), 1, MPI_INT, MPI_COMM_WORLD);
  int all = 0;
  for (std::size_t r = 0; r < counts.size(); ++r) places[r] = std::exchange(all, all + counts[r]);
  std::vector<Spike> spikes(static_cast<std::size_t>(all) / 2);
  MPI_Allgatherv(mine.data(), own, MPI_INT64_T, spikes.data(), counts.data(), places.data(),
                 MPI_INT64_T, MPI_COMM_WORLD);
  return spikes;
}

/// The cells of one rank and what their synapses listen to.
class Network {
 public:
  Network(const std::string& variant, unsigned cells, int threads, const Ranks& ranks)
      : variant_{variant}, population_{dt_ms, Scheme::backward_euler} {
    population_.use_threads(threads);
    const auto count = static_cast<unsigned>(ranks.count);
    const auto rank = static_cast<unsigned>(ranks.rank);
    place_.assign(cells, -1);
    for (unsigned gid = 0; gid < cells; ++gid)
      if (gid / ring % count == rank) add(gid);
    population_.initialise();
    for (std::size_t c = 0; c < gids_.size(); ++c)
      if (gids_[c] % ring == 0)
        population_.deliver(synapses_[10 * c], std::llround(1 / dt_ms), 0.02);
  }

  Population& population() { return population_; }
  std::size_t compartments() const { return compartments_; }

  std::vector<Spike> advance() {
    firings_.clear();
    population_.advance(steps_per_exchange, firings_);
    std::vector<Spike> spikes;
    for (const auto& f : firings_) spikes.push_back({f.step, gids_[f.cell]});
    return spikes;
  }

  /// ringnet.py: synapse k of a cell listens to the cell k + 1 before it in its ring.
  void deliver(const Spike& spike) {
    const auto source = static_cast<unsigned>(spike.gid), base = source - source % ring;
    for (unsigned k = 0; k < 10; ++k) {
      const unsigned target = base + (source - base + 1 + k) % ring;
      if (place_[target] < 0) continue;
      population_.deliver(synapses_[10 * static_cast<std::size_t>(place_[target]) + k],
                          spike.step + std::llround((1 + 0.1 * k) / dt_ms), k == 0 ? 0.01 : 1e-4);
    }
  }

 private:
  void add(unsigned gid) {
    if (variant_ == "differing")
      types_.push_back(std::make_unique<Cell>(differing_cell(gid)));
    else if (types_.empty())
      types_.push_back(std::make_unique<Cell>(ringnet_cell(21, variant_ == "allhh")));
    const auto& type = types_.back()->type;
    place_[gid] = static_cast<int>(population_.add_cell(type, -10, 0));
    gids_.push_back(gid);
    compartments_ += type.cable.segments.size();
    for (int k = 0; k < 10; ++k)
      synapses_.push_back(population_.add_synapse(
          {SynapseKind::exp, static_cast<std::uint32_t>(place_[gid]),
           type.cable.segment_at(types_.back()->dendrite[static_cast<std::size_t>(k % 7)], 0.5), 0,
           2, 0}));
  }
  std::string variant_;
  Population population_;
  std::vector<std::unique_ptr<Cell>> types_;
  std::vector<int> place_;      // of a gid among the cells of this rank, -1 elsewhere
  std::vector<unsigned> gids_;  // of the cells
  std::vector<std::uint32_t> synapses_;
  std::vector<Firing> firings_;
  std::size_t compartments_ = 0;
};

int simulate(const std::vector<std::string>& arguments, const Ranks& ranks) {
  const auto cells = static_cast<unsigned>(std::stoul(arguments[1]));
  const double stop_ms = std::stod(arguments[2]);
  const double begin = user_seconds();
  Network network{arguments[0], cells, std::stoi(arguments[3]), ranks};
  MPI_Barrier(MPI_COMM_WORLD);
  const double ready = user_seconds(), wall = wall_seconds();
  std::vector<Spike> spikes;
  while (static_cast<double>(network.population().steps_done()) * dt_ms < stop_ms)
    for (const auto& spike : everybody(network.advance(), ranks)) {
      network.deliver(spike);
      spikes.push_back(spike);
    }
  const double done = user_seconds(), wall_done = wall_seconds();
  if (ranks.rank != 0) return 0;
  std::ranges::sort(spikes);
  if (arguments.size() > 4) {
    std::ofstream file{arguments[4]};
    for (const auto& s : spikes)
      file << static_cast<double>(s.step) * dt_ms << " " << s.gid << "\n";
  }
  std::printf(
      "{\"setup_s\": %.4f, \"solve_s\": %.4f, \"wall_s\": %.4f, \"work\": %.6g, "
      "\"spikes\": %zu, \"megabytes\": %.0f}\n",
      ready - begin, done - ready, wall_done - wall,
      static_cast<double>(network.compartments() * static_cast<std::size_t>(ranks.count)) *
          stop_ms / dt_ms,
      spikes.size(), peak_megabytes());
  return 0;
}

/// How long cells take to build and what a compartment costs in memory.
int set_up(const std::vector<std::string>& arguments) {
  const auto cells = static_cast<unsigned>(std::stoul(arguments[1]));
  const int nseg = std::stoi(arguments[2]) / 7;
  const double begin = user_seconds(), before = peak_megabytes();
  std::vector<std::unique_ptr<Cell>> types;
  Population population{dt_ms, Scheme::backward_euler};
  std::size_t compartments = 0;
  for (unsigned gid = 0; gid < cells; ++gid) {
    types.push_back(std::make_unique<Cell>(differing_cell(gid, nseg)));
    population.add_cell(types.back()->type, -10, 0);
    compartments += types.back()->type.cable.segments.size();
  }
  population.initialise();
  std::printf("{\"setup_s\": %.4f, \"compartments\": %zu, \"bytes_per_compartment\": %.0f}\n",
              user_seconds() - begin, compartments,
              (peak_megabytes() - before) * 1024 * 1024 / static_cast<double>(compartments));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  int result = 2;
  if (arguments.size() >= 4)
    result = simulate(arguments, Ranks{});
  else if (arguments.size() == 3)
    result = set_up(arguments);
  else
    std::fputs("usage: see the first lines of cells_side.cpp\n", stderr);
  MPI_Finalize();
  return result;
}
