// SPDX-License-Identifier: MIT
#pragma once
#include <vector>

#include "network/network.hpp"
#include "tutti/ports.hpp"

namespace cell {

/// Reads what an OutputModel asks for from the cells of one rank.
class Probe {
 public:
  Probe(const OutputModel& output, const Network& network);
  Probe(Probe&&) noexcept = default;  // not copied: it holds places in what it owns
  Probe& operator=(Probe&&) noexcept = default;

  /// The segments of this rank that it reads, by element number.
  const tutti::Elements& elements() const { return elements_; }
  /// One value per element, ascending: [mV], [nA], [mM] or 1.
  std::span<const double> read(Network& network);
  /// Where Population::advance() may write membrane currents, one place per cell of the rank or
  /// null, so that they fill the runs of a draft. False where that is not how they are cut.
  bool place(std::span<const tutti::SignalOutput::Run> runs, std::vector<float*>& to) const;

 private:
  void place_membranes(std::size_t cells);
  void read(Network& network, std::uint32_t cell, std::span<double> to) const;
  struct Cell {
    std::uint32_t number;
    std::size_t count;                  // of its segments
    std::vector<std::size_t> segments;  // that are chosen
    bool whole() const { return segments.size() == count; }
  };
  OutputModel output_;
  std::vector<Cell> cells_;
  tutti::Elements elements_;
  std::vector<double> whole_, values_;
  std::vector<double*> membranes_;  // where in values_ each cell of the rank is read; of i_membrane
};

/// Its unit: "mV", "nA", "mM" or "1".
const char* unit_of(const OutputModel& output);

}  // namespace cell
