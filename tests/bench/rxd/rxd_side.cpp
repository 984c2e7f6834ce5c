// SPDX-License-Identifier: MIT
// Our side of tests/bench/rxd/run: one case, its CPU time as a line of JSON, its profile as
// CSV.
//
//     rxd_side wave NODES STOP_MS cvode|rodas|sdirk2 TOLERANCE|STEP_MS [PROFILE]
//     rxd_side diffusion NODES STOP_MS cvode|rodas|sdirk2|euler|windows TOLERANCE|STEP_MS [PROFILE]
//     rxd_side copy NODES      (bytes per second that copying that many doubles moves)
//     rxd_side cells CELLS STOP_MS SHARE OF      (the calcium wave in the SHARE-th of OF parts)
//     rxd_side threads CELLS STOP_MS THREADS     (in all of them, by threads)
#include <time.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "app/workers.hpp"
#include "calcium_wave.hpp"
#include "solver/cable.hpp"

namespace {

/// CPU time of this process, that of the system included: finer than what is told of the user's.
double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// A step of initial concentration that spreads, as in shared/bench/neuron/rxd1d.py.
rxd::Model diffusion() {
  rxd::Model m;
  m.regions = {{"cyt"}};
  m.species = {{.name = "u",
                .regions = {"cyt"},
                .diffusion = 1,
                .initial = "if(x < 100, 1, 0)",
                .scale = 1}};
  return m;
}

void advance(rxd::Cable& cable, double stop_ms, const std::string& how, double value) {
  if (how == "cvode") return cable.advance_cvode(stop_ms, value);
  if (how == "rodas") return cable.advance(stop_ms, value);
  if (how == "windows") {  // of a coupled run: adaptive, but never longer
    const auto windows = static_cast<long>(stop_ms / value + 0.5);
    for (long i = 0; i < windows; ++i) cable.advance(value, 1e-4);
    return;
  }
  const auto scheme = how == "euler" ? rxd::Scheme::backward_euler : rxd::Scheme::sdirk2;
  const auto steps = static_cast<long>(stop_ms / value + 0.5);
  for (long i = 0; i < steps; ++i) cable.step(value, scheme);
}

int one_cable(const rxd::Model& model, const std::vector<std::string>& arguments) {
  const auto nodes = static_cast<std::size_t>(std::stoul(arguments[1]));
  const double begin = cpu_seconds();
  const rxd::Network network{model};
  auto cable = std::make_unique<rxd::Cable>(network, test::cylinder(nodes, 1000, 1));
  const double ready = cpu_seconds();
  double solving = 0;
  int times = 0;
  for (; times == 0 || (solving < 0.02 && times < 1000); ++times) {  // what is too short to be told
    if (times > 0) cable = std::make_unique<rxd::Cable>(network, test::cylinder(nodes, 1000, 1));
    const double start = cpu_seconds();
    advance(*cable, std::stod(arguments[2]), arguments[3], std::stod(arguments[4]));
    solving += cpu_seconds() - start;
  }
  if (arguments.size() > 5) {
    std::ofstream profile{arguments[5]};
    const auto u = network.variable(arguments[0] == "wave" ? "ca[cyt]" : "u");
    profile << std::setprecision(17);
    for (std::size_t i = 0; i < nodes; ++i) profile << cable->value(u, i) << "\n";
  }
  std::printf("{\"setup_s\": %.6f, \"solve_s\": %.7f, \"systems\": %zu}\n", ready - begin,
              solving / times, cable->iterations());
  return 0;
}

/// Wall time of one part of many cells, each with a wave on 101 nodes.
int many_cells(const std::vector<std::string>& arguments) {
  const std::size_t cells = std::stoul(arguments[1]), share = std::stoul(arguments[3]),
                    of = std::stoul(arguments[4]);
  const rxd::Network network{test::calcium_wave(50)};
  std::vector<std::unique_ptr<rxd::Cable>> mine;
  for (std::size_t c = share; c < cells; c += of)
    mine.push_back(std::make_unique<rxd::Cable>(network, test::cylinder(101, 100, 1)));
  const auto begin = std::chrono::steady_clock::now();
  const double start = cpu_seconds();
  for (auto& cable : mine) cable->advance(std::stod(arguments[2]), 1e-4);
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  std::printf("{\"solve_s\": %.4f, \"cpu_s\": %.4f}\n", wall.count(), cpu_seconds() - start);
  return 0;
}

/// Wall time of many cells dealt to threads, as tutti-rxd does.
int threads(const std::vector<std::string>& arguments) {
  const rxd::Network network{test::calcium_wave(50)};
  std::vector<std::unique_ptr<rxd::Cable>> cables;
  for (std::size_t c = 0; c < std::stoul(arguments[1]); ++c)
    cables.push_back(std::make_unique<rxd::Cable>(network, test::cylinder(101, 100, 1)));
  tutti::rxd_app::Workers workers{std::stoi(arguments[3])};
  const auto begin = std::chrono::steady_clock::now();
  workers.run(cables.size(),
              [&](std::size_t c) { cables[c]->advance(std::stod(arguments[2]), 1e-4); });
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  std::printf("{\"solve_s\": %.4f}\n", wall.count());
  return 0;
}

/// Bytes read and written per second of CPU time by copying an array there and back.
int copy(std::size_t count) {
  std::vector<double> a(count, 1), b(count, 2);
  const double begin = cpu_seconds();
  double moved = 0;
  while (cpu_seconds() - begin < 0.5) {
    std::memcpy(b.data(), a.data(), count * sizeof(double));
    std::memcpy(a.data(), b.data(), count * sizeof(double));
    moved += 4 * static_cast<double>(count * sizeof(double));
  }
  std::printf("{\"bytes_s\": %.4g}\n", moved / (cpu_seconds() - begin));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() >= 5 && arguments[0] == "wave")
    return one_cable(test::calcium_wave(500), arguments);
  if (arguments.size() >= 5 && arguments[0] == "diffusion")
    return one_cable(diffusion(), arguments);
  if (arguments.size() >= 5 && arguments[0] == "cells") return many_cells(arguments);
  if (arguments.size() >= 4 && arguments[0] == "threads") return threads(arguments);
  if (arguments.size() == 2 && arguments[0] == "copy") return copy(std::stoul(arguments[1]));
  std::cerr << "rxd_side: see its first lines for what it takes\n";
  return 2;
}
