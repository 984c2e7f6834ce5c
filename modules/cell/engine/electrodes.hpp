// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "engine/kernel.hpp"
#include "engine/population.hpp"
#include "tutti/state.hpp"

namespace cell::engine {

/// Where a current enters: a lane of a block, its row there and the cell's own node.
struct Entrance {
  int lane = 0, row = 0, node = 0;
};

/// Everything that puts current into single compartments of a block: clamps and gap junctions.
class Electrodes {
 public:
  /// Its number, for set().
  std::size_t add(const Entrance& at, const Clamp& clamp, double dt_ms);
  void add(const Entrance& at, const VoltageClamp& clamp, double dt_ms);
  void add(const Entrance& at, const NoiseClamp& clamp, double dt_ms);
  void add(const Entrance& at, const GapJunction& gap);

  /// The current of a clamp from now on, while it holds. [nA]
  void set(std::size_t clamp, double nA) { currents_[clamp].nA = nA; }

  /// Back to time 0.
  void initialise();
  /// What flows in during a step, given the voltages that gap junctions see. Valid until the next.
  std::span<const Injection> at_step(std::int64_t step, std::span<const double> peers);

  /// What the cell of a lane hands over to a run that goes on from here: where noises are, and what
  /// flowed during the last step. `row_of` says where its nodes are.
  void visit(tutti::Fields& fields, int lane, const std::function<int(int node)>& row_of);

  /// What flowed during the last step into the cell of a lane, now that v is known: calls
  /// f(node, nA), gap junctions included or not.
  template <class V, class F>
  void for_each_current(int lane, bool gaps, V&& v_at_row, F&& f) const {
    for (std::size_t k = 0; k < now_.size(); ++k)
      if (now_[k].lane == lane && (gaps || !from_gap_[k]))
        f(nodes_[k], now_[k].nA - now_[k].uS * v_at_row(now_[k].node));
  }

 private:
  struct Interval {
    std::int64_t first, end;  // steps
    bool has(std::int64_t step) const { return step >= first && step < end; }
  };
  struct Current {
    Entrance at;
    Interval when;
    double nA, uS;
  };
  struct Noise {
    Entrance at;
    Interval when;
    NoiseClamp spec;
    double keep, spread;  // of the deviation from the mean, over one step
    double deviation = 0;
  };
  struct Gap {
    Entrance at;
    double uS;
    std::size_t peer;
  };

  void put(const Entrance& at, double nA, double uS, bool gap);

  std::vector<Current> currents_;
  std::vector<Noise> noises_;
  std::vector<Gap> gaps_;
  std::vector<Injection> now_;
  std::vector<int> nodes_;
  std::vector<char> from_gap_;
};

}  // namespace cell::engine
