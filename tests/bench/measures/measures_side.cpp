// SPDX-License-Identifier: MIT
// Times measures on samples from standard input (two channels of float64, one after the other, 1
// kHz), for tests/bench/measures/run. Prints "NAME MICROSECONDS VALUE" of one call each; the value
// is compared.
#include <fmt/format.h>

#include <cstdio>
#include <ctime>
#include <vector>

#include "measures/correlation.hpp"
#include "measures/cross_spectra.hpp"
#include "measures/morlet.hpp"
#include "measures/multitaper.hpp"
#include "measures/welch.hpp"

namespace {

double cpu_us() { return 1e6 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

template <typename F>
void timed(const char* name, F work) {
  const double start = cpu_us();
  const double value = work();
  fmt::print("{} {:.1f} {:.17g}\n", name, cpu_us() - start, value);
}

}  // namespace

int main() {
  std::vector<double> all;
  for (double x = 0; std::fread(&x, sizeof x, 1, stdin) == 1;) all.push_back(x);
  const auto half = static_cast<std::ptrdiff_t>(all.size() / 2);
  const std::vector<double> a{all.begin(), all.begin() + half}, b{all.begin() + half, all.end()};
  constexpr double fs = 1000;
  timed("welch", [&] { return measures::welch(a, fs, 1000).density[40]; });
  const std::vector<double> part{a.begin(), a.begin() + 8192};
  timed("multitaper", [&] { return measures::multitaper(part, fs).density[328]; });
  timed("coherence", [&] { return measures::coherence(a, b, fs, 1000)[40]; });
  const auto f = measures::log_frequencies(4, 120, 30);
  timed("morlet", [&] { return measures::morlet(a, fs, f).row(15)[a.size() / 2]; });
  timed("correlation", [&] { return measures::cross_correlation(a, b, 100)[120]; });
}
