// SPDX-License-Identifier: MIT
#pragma once
#include <cmath>

#include "sonata/report_writer.hpp"
#include "sonata/spike_writer.hpp"

namespace test {

/// Two populations of a port called cortex.spikes: exc has elements 10..14, inh 15..17.
inline sonata::PortTable neurons() {
  sonata::PortTable table{"cortex.spikes", "neuron", {}, {{"exc", 10, 5}, {"inh", 15, 3}}, {}};
  std::vector<double> x;
  std::vector<std::int64_t> node;
  for (std::uint64_t id = 10; id < 18; ++id) {
    table.ids.push_back(id);
    x.push_back(2.5 * static_cast<double>(id));
    node.push_back(static_cast<std::int64_t>(id < 15 ? id - 10 : id - 15));
  }
  table.columns = {{"node", "", node}, {"x", "um", x}};
  return table;
}

/// A port cortex.v: two cells (neurons 10 and 11 of exc) of two sections with 1 and 2 segments.
inline sonata::PortTable segments() {
  sonata::PortTable table{"cortex.v", "segment", {0, 1, 2, 3, 4, 5}, {{"exc", 0, 6}}, {}};
  table.columns = {{"cell", "", std::vector<std::int64_t>{10, 10, 10, 11, 11, 11}},
                   {"section", "", std::vector<std::int64_t>{0, 1, 1, 2, 3, 3}},
                   {"segment", "", std::vector<std::int64_t>{0, 0, 1, 0, 0, 1}},
                   {"length", "um", std::vector<double>{20, 30, 10, 20, 50, 50}}};
  return table;
}

/// A probe with three contacts on channels 7, 8 and 9.
inline sonata::PortTable electrodes() {
  return {"probe.v_ext",
          "electrode",
          {0, 1, 2},
          {},
          {{"channel", "", std::vector<std::int64_t>{7, 8, 9}}}};
}

/// What column `element` of a recorded signal is at sample k: different everywhere, and no float32.
inline double value(std::uint64_t k, std::size_t element) {
  return -65.0 + std::sin(0.1 * static_cast<double>(k) + static_cast<double>(element));
}

inline std::vector<double> sample(std::uint64_t k, std::size_t size) {
  std::vector<double> values(size);
  for (std::size_t element = 0; element < size; ++element) values[element] = value(k, element);
  return values;
}

/// Spike n of a train that visits every element of neurons() in turn, each 0.1 ms, twice at a time.
inline sonata::Spike spike(std::uint64_t n) {
  const std::uint64_t pair = n / 2;
  const std::uint64_t first = 10 + pair % 7;
  return {static_cast<std::int64_t>(pair + 1) * 100'000'000, n % 2 == 0 ? first : first + 1,
          0.5 + static_cast<double>(n)};
}

inline std::vector<sonata::Spike> spikes(std::uint64_t from, std::uint64_t to) {
  std::vector<sonata::Spike> train;
  for (std::uint64_t n = from; n < to; ++n) train.push_back(spike(n));
  return train;
}

}  // namespace test
