// SPDX-License-Identifier: MIT
#pragma once
#include <vector>

#include "network/network.hpp"

namespace cell {

/// Reads what an OutputModel asks for from the cells of one rank.
class Probe {
 public:
  Probe(const OutputModel& output, const Network& network);

  /// The segments of this rank that it reads, by element number.
  const tutti::Elements& elements() const { return elements_; }
  /// One value per element, ascending: [mV], [nA], [mM] or 1.
  std::span<const double> read(Network& network);

 private:
  struct Cell {
    std::uint32_t cell;
    std::vector<std::size_t> segments;
  };
  OutputModel output_;
  std::vector<Cell> cells_;
  tutti::Elements elements_;
  std::vector<double> whole_, values_;
};

/// Its unit: "mV", "nA", "mM" or "1".
const char* unit_of(const OutputModel& output);

}  // namespace cell
