// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <vector>

#include "sums.hpp"
#include "wide.hpp"

namespace tutti::plan {

/// Longest ways between all pairs of nodes, kept up to date while single arcs grow: says at once
/// whether a longer arc would close a loop above 0. Requires that no loop is above 0 at first.
/// Memory and the cost of one growth are nodes², of the start nodes³ (Floyd, CACM 5, 1962).
class Headroom {
 public:
  Headroom(std::size_t nodes, const std::vector<Arc>& arcs)
      : nodes_{nodes}, way_(nodes * nodes, no_way) {
    for (std::size_t n = 0; n < nodes; ++n) at(n, n) = 0;
    for (const Arc& arc : arcs) at(arc.from, arc.to) = std::max(at(arc.from, arc.to), arc.weight);
    for (std::size_t via = 0; via < nodes; ++via)
      for (std::size_t from = 0; from < nodes; ++from) extend(from, at(from, via), via);
  }

  bool allows(std::size_t from, std::size_t to, Wide weight) const {
    const Wide back = way_[to * nodes_ + from];
    return back == no_way || back + weight <= 0;
  }

  void grow(std::size_t from, std::size_t to, Wide weight) {
    if (at(from, to) >= weight) return;
    for (std::size_t start = 0; start < nodes_; ++start)
      if (at(start, from) != no_way) extend(start, at(start, from) + weight, to);
  }

 private:
  static constexpr Wide no_way = -(Wide{1} << 126);
  Wide& at(std::size_t from, std::size_t to) { return way_[from * nodes_ + to]; }
  /// All ways from `from` that first reach `via` over `length`.
  void extend(std::size_t from, Wide length, std::size_t via) {
    if (length == no_way) return;
    for (std::size_t to = 0; to < nodes_; ++to)
      if (const Wide rest = at(via, to); rest != no_way)
        at(from, to) = std::max(at(from, to), length + rest);
  }

  std::size_t nodes_;
  std::vector<Wide> way_;
};

}  // namespace tutti::plan
