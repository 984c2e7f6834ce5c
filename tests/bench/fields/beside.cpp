// SPDX-License-Identifier: MIT
// What does an LFP add to the cells whose currents make it? In one process, so that both can take
// turns of 10 ms in the same run: cells alone, and cells whose membrane currents are written as a
// draft and multiplied at the source. What is left out is what crosses to the module: 64 sums.
//   bench_beside [CELLS] [ELECTRODES] [TURNS] [EVERY]
// EVERY: windows of 0.1 ms between samples. Prints "name,milliseconds of user CPU per window".
#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <string>
#include <vector>

#include "engine/population.hpp"
#include "module/projector.hpp"
#include "morphology/stylised.hpp"
#include "tutti/random.hpp"

namespace {

using namespace cell;
using namespace cell::engine;

constexpr int windows = 100, steps = 4;  // of 0.1 ms, of 0.025 ms
constexpr std::size_t segments = 100;

double cpu_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e3 * static_cast<double>(now.tv_sec) + 1e-6 * static_cast<double>(now.tv_nsec);
}

/// A soma, an apical and two basal dendrites with Hodgkin–Huxley channels in all 100 segments.
CellType pyramid() {
  const auto morphology = make_stylised({{"soma", 1, 20, 20, "", 0, {}, 1, 0, 0},
                                         {"apic", 4, 600, 2, "soma", 1, {}, 59, 0, 0},
                                         {"dend", 3, 200, 1.5, "soma", 0, {}, 20, 0, 0},
                                         {"basal", 3, 200, 1.5, "soma", 0, {}, 20, 0, 0}},
                                        "pyramid");
  CellType type;
  type.cable = make_cable(morphology, {1, 59, 20, 20}, std::vector<double>(4, 100.0));
  type.cm.assign(segments, 1.0);
  std::vector<int> all(segments);
  for (std::size_t s = 0; s < segments; ++s) all[s] = static_cast<int>(s);
  type.mechanisms = {{"hh", all, {}}};
  return type;
}

/// Cells that an irregular drive keeps busy.
struct Driven {
  explicit Driven(std::uint32_t cells) : population{0.025, Scheme::backward_euler} {
    for (std::uint32_t c = 0; c < cells; ++c) {
      population.add_cell(type, -20, 0);
      synapses.push_back(population.add_synapse({SynapseKind::exp2, c, 30, 0.5, 3, 0}));
    }
    population.initialise();
  }
  void advance(std::span<float* const> membranes) {
    for (std::uint64_t k = 0; k < synapses.size() * 4 / 100; ++k)  // 400 Hz for each cell
      population.deliver(synapses[random.below(drawn++, synapses.size())], population.steps_done(),
                         0.001);
    population.advance(steps, firings, membranes);
    firings.clear();
  }
  CellType type = pyramid();
  Population population;
  std::vector<std::uint32_t> synapses;
  std::vector<Firing> firings;
  tutti::Random random{3, tutti::stream_id("drive"), 0};
  std::uint64_t drawn = 0;
};

tutti::module::Projector projector_of(std::size_t cells, std::size_t electrodes) {
  tutti::control::Projection piece;
  piece.rows = static_cast<std::uint32_t>(electrodes), piece.fraction_bits = 40;
  piece.groups.assign(cells, segments);
  const tutti::Random random{1, tutti::stream_id("bench"), 0};
  for (std::size_t k = 0; k < cells * segments * electrodes; ++k)
    piece.values.push_back(static_cast<float>(random.uniform(k)));
  const auto all = tutti::Elements::range(0, cells * segments);
  return {{&piece, 1}, {all, all}};
}

double median(std::vector<double> x) {
  std::ranges::nth_element(x, x.begin() + static_cast<std::ptrdiff_t>(x.size() / 2));
  return x[x.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  const auto number = [&](int k, int otherwise) {
    return argc > k ? std::stoi(argv[k]) : otherwise;
  };
  const auto cells = static_cast<std::size_t>(number(1, 1000));
  const auto electrodes = static_cast<std::size_t>(number(2, 64));
  const int turns = number(3, 20), every = number(4, 1);
  Driven driven{static_cast<std::uint32_t>(cells)};
  auto projector = projector_of(cells, electrodes);
  std::vector<tutti::SignalOutput::Run> runs;
  std::vector<float*> places(cells);
  std::vector<std::int64_t> sums(windows * electrodes);
  std::vector<double> alone, written, multiplied;
  for (int turn = 0; turn < turns; ++turn) {
    double begin = cpu_ms();
    for (int w = 0; w < windows; ++w) driven.advance({});
    double end = cpu_ms();
    alone.push_back((end - begin) / windows);
    begin = cpu_ms();
    for (int w = 0; w < windows; ++w) {
      if (w % every != 0) {
        driven.advance({});
        projector.skip();
        continue;
      }
      projector.draft(runs);
      for (std::size_t c = 0; c < cells; ++c) places[c] = runs[c].to;
      driven.advance(places);
      projector.add_draft();
    }
    end = cpu_ms();
    written.push_back((end - begin) / windows);
    projector.write(sums.data());
    multiplied.push_back((cpu_ms() - end) / windows);
  }
  const double without = median(alone), with = median(written), product = median(multiplied);
  std::vector<double> more;
  for (std::size_t k = 0; k < alone.size(); ++k)
    more.push_back(100 * ((written[k] + multiplied[k]) / alone[k] - 1));
  fmt::print("cells alone,{:.3f}\ncells that write their currents,{:.3f}\nproducts,{:.3f}\n",
             without, with, product);
  fmt::print("more in % (median of the turns' ratios),{:.1f}\n", median(more));
}
