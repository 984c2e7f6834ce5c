// SPDX-License-Identifier: MIT
// Reference 06: 64 cells in a ring that excite each other, spike by spike as NEURON 8.2.2 has them.
#include <algorithm>
#include <cmath>

#include "engine/population.hpp"
#include "model.hpp"
#include "test.hpp"

using namespace model;

namespace {

constexpr double dt = 0.025;  // [ms]
constexpr int cells = 64;

struct Spike {
  double t_ms;
  int gid;
  friend bool operator==(const Spike&, const Spike&) = default;
};

std::vector<Spike> ring(Scheme scheme, double stop_ms) {
  std::vector<CellType> types;
  for (int k = 0; k < 7; ++k) types.push_back(ball_and_stick(11, 200 + 10 * k));
  Population population{dt, scheme};
  std::vector<std::uint32_t> synapses;
  for (int gid = 0; gid < cells; ++gid) {
    const auto& type = types[static_cast<std::size_t>(gid % 7)];
    const auto cell = population.add_cell(type, -10, 0);
    synapses.push_back(
        population.add_synapse({SynapseKind::exp, cell, type.cable.segment_at(1, 0.5), 0, 2, 0}));
  }
  population.initialise();
  population.deliver(synapses[0], std::llround(1 / dt), 0.02);
  std::vector<Spike> spikes;
  std::vector<Firing> firings;
  while (static_cast<double>(population.steps_done()) * dt < stop_ms) {
    firings.clear();
    population.advance(40, firings);  // 1 ms, the shortest delay
    for (const auto& f : firings) {
      const int gid = static_cast<int>(f.cell), next = (gid + 1) % cells;
      spikes.push_back({static_cast<double>(f.step) * dt, gid});
      population.deliver(synapses[static_cast<std::size_t>(next)],
                         f.step + std::llround((1 + 0.5 * (next % 5)) / dt),
                         0.015 + 0.001 * (next % 4));
    }
  }
  return spikes;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ring_of_cells)

BOOST_AUTO_TEST_CASE(every_spike_is_in_neurons_step) {
  REQUIRE_SHARED(shared);
  for (const std::string scheme : {"be", "cn"}) {
    const auto table =
        read_csv(shared / "refs" / ("06_ring_n64_r1_" + scheme + "_dt0.025_np1.csv"));
    const auto spikes =
        ring(scheme == "be" ? Scheme::backward_euler : Scheme::crank_nicolson, 1000);
    BOOST_REQUIRE(spikes.size() == table.rows.size());
    std::size_t equal = 0;
    for (std::size_t k = 0; k < spikes.size(); ++k)
      if (spikes[k].gid == static_cast<int>(table.rows[k][1]) &&
          std::abs(spikes[k].t_ms - table.rows[k][0]) < dt / 10)
        ++equal;
    BOOST_TEST(equal == spikes.size());
  }
}

BOOST_AUTO_TEST_SUITE_END()
