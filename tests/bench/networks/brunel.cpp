// SPDX-License-Identifier: MIT
// Brunel's network on the solver alone: synaptic events per second of CPU, build time, memory.
// Usage: bench_brunel CELLS FRACTION MS THREADS. `run` beside this file compares it with NEURON and
// Brian2.
#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdlib>

#include "point/network.hpp"

namespace {

using namespace cell::point;

double cpu_seconds() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  return static_cast<double>(use.ru_utime.tv_sec) +
         1e-6 * static_cast<double>(use.ru_utime.tv_usec);
}

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Values leaky() {
  const auto& model = *find_model("IF_curr_delta");
  Values v{model};
  for (const auto& [name, x] : {std::pair{"v_rest", 0.0},
                                {"v_reset", 0.0},
                                {"v_thresh", 20.0},
                                {"tau_refrac", 2.0},
                                {"tau_m", 20.0}})
    v.set(model.find(name), x);
  return v;
}

void connect(Network& net, std::uint64_t cells, const char* name, std::uint64_t first,
             std::uint64_t n, double fraction, double weight) {
  const auto degree = static_cast<std::uint64_t>(fraction * static_cast<double>(n));
  net.connect(
      {.connections = {.name = name,
                       .rule = {.kind = cell::rules::Rule::Kind::fixed_indegree, .number = degree},
                       .sources = tutti::Elements::range(first, n),
                       .targets = tutti::Elements::range(0, cells),
                       .weight = {{Distribution::Kind::constant, weight}},
                       .delay_ms = {{Distribution::Kind::constant, 1.5}}},
       .to = 0,
       .least_delay = 15});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  const auto cells = static_cast<std::uint64_t>(std::atoll(argv[1]));
  const double fraction = std::atof(argv[2]), ms = std::atof(argv[3]);
  const auto threads = static_cast<std::uint64_t>(std::atoll(argv[4]));
  const std::uint64_t exc = cells * 4 / 5;
  const double drive = 2 * 20 / (0.1 * 20);  // eta = 2 [1/ms]
  const double begin = cpu_seconds();
  Network net{0.1, 1, {0, 1, threads}};
  net.add({0, cells, find_model("IF_curr_delta"), leaky()});
  connect(net, cells, "e", 0, exc, fraction, 0.1);
  connect(net, cells, "i", exc, cells - exc, fraction, -0.5);
  net.drive({"outside", 0, 0, drive, 0.1});
  net.start(15);
  const double built = cpu_seconds(), from = wall_seconds();
  std::uint64_t spikes = 0;
  const auto end = static_cast<std::uint64_t>(ms / 0.1);
  for (std::uint64_t to = 0; to < end;) {
    to = std::min<std::uint64_t>(to + 15, end);
    const auto fired = net.advance(to);
    spikes += fired.size();
    net.deliver(fired);
  }
  const double cpu = cpu_seconds() - built, wall = wall_seconds() - from;
  const auto events = static_cast<double>(net.events());
  const auto synapses = static_cast<double>(net.synapses());
  fmt::print("{} {} {} {} {} {} {} {}\n", events, cpu, wall, built - begin, synapses,
             static_cast<double>(net.synapse_bytes()) / synapses, spikes,
             static_cast<double>(spikes) / static_cast<double>(cells) / ms * 1e3);
}
