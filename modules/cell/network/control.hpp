// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "network/network.hpp"

namespace cell {

/// Sets what a ControlModel names in the cells of one rank.
class Control {
 public:
  Control(const ControlModel& model, const Network& network);

  /// The segments of this rank that it sets, by element number.
  const tutti::Elements& elements() const { return elements_; }
  /// What the model says for each of them, ascending, in the unit of the ControlModel.
  std::span<const double> said() const { return said_; }
  /// One value for each of them, from now on. Costs little where most are what they were.
  void set(Network& network, std::span<const double> values);

 private:
  struct Place {
    std::uint32_t cell;
    int segment;
    std::size_t clamp;
    std::size_t value;  // its place among `elements`
  };
  void add(std::uint32_t cell, int segment, std::size_t clamp, double said);
  void find_segments(const Network& network);
  void find_clamps(const Network& network);

  ControlModel model_;
  std::vector<Place> places_;  // by cell, by segment
  std::vector<double> said_, now_;
  tutti::Elements elements_;
};

}  // namespace cell
