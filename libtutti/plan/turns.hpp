// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <optional>
#include <vector>

#include "sums.hpp"
#include "tutti/plan/graph.hpp"
#include "wide.hpp"

/// Who has to wait for a turn. Long frames can make the modules of a loop compute one after the
/// other where they could have computed at once.
///
/// If every module alone needs 1 of wall time per simulated time and communication is free, a run
/// settles to a pace λ, wall time over simulated time: module m reaches T at λT + reached(m), and
/// has read its signals at T at λT + read(m). Each connection is then one inequality between those
/// offsets, and λ is possible if no loop of them adds up to more than 0. (The smallest such λ is
/// the largest cycle ratio of the event graph: Baccelli et al., Synchronization and Linearity,
/// 1992.)
namespace tutti::plan {

/// λ as a ratio of whole numbers; 1/1: nobody waits for a turn.
struct Pace {
  Wide wall = 1;
  Wide simulated = 1;
  double value() const { return static_cast<double>(wall) / static_cast<double>(simulated); }
};

/// The nodes of the inequalities: when a module has reached T, and when it has read at T.
constexpr std::size_t reached(std::size_t module) { return 2 * module; }
constexpr std::size_t read(std::size_t module) { return 2 * module + 1; }

/// One inequality: offset(to) >= offset(from) + pace · per_time + fixed.
struct Turn {
  std::size_t from = 0, to = 0;
  Wide per_time = 0, fixed = 0;
  Wide weight(const Pace& pace) const { return per_time * pace.wall + fixed * pace.simulated; }
};

/// What a connection demands with frames of `interval`.
Turn turn_of(const Graph& graph, std::size_t edge, Duration interval);

/// What the modules themselves demand: to read after reaching, to compute after reading.
std::vector<Turn> turns_of_modules(const Graph& graph);

/// The best pace that sums can show for the given intervals; none where they show none.
std::optional<Pace> best_pace(const Graph& graph, const std::vector<Duration>& intervals);

}  // namespace tutti::plan
