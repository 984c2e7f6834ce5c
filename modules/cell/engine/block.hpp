// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/aligned.hpp"
#include "engine/event_ring.hpp"
#include "engine/kernel.hpp"
#include "engine/population.hpp"
#include "engine/type_model.hpp"

namespace cell::engine {

/// Up to eight cells of one type, one per lane. Empty lanes are integrated like any other.
class Block {
 public:
  explicit Block(const TypeModel& model);

  bool full() const { return used_ == lanes; }
  /// A new cell in the next lane.
  int add_cell(double threshold_mV, int node);
  /// The number of the slot for synapses of this kind, one for all cells of the block. Numbers are
  /// by order of asking; the solver's order is made by initialise().
  int slot(const Synapse& kind, int node);
  void add_clamp(int lane, int node, const Clamp& clamp, double dt_ms);

  void initialise(const Kernel& kernel, double dt_ms);
  void deliver(std::int64_t step, int slot, int lane, double weight_uS);
  /// One step; bit k of the result says that the cell in lane k crossed its threshold.
  unsigned step(const Kernel& kernel);

  /// Lets concentrations follow the last step at once, where the next one would have done it:
  /// before they are read or set.
  void catch_up(const Kernel& kernel);
  void begin_mean();
  void read(Quantity what, int lane, std::span<double> values) const;
  void set_cai(int lane, int node, double cai_mM);
  /// A current into a segment's node from now on [nA], in place of what was there.
  void set_injected(int lane, int node, double nA);
  /// The potential outside the cell's segments from now on [mV].
  void set_v_ext(int lane, std::span<const double> v_ext_mV);
  double electrode_current(int lane) const;

 private:
  struct SlotKind {
    int node;
    Synapse synapse;
    int number;  ///< As slot() gave it.
  };
  struct TimedClamp {
    Injection injection;
    std::int64_t first, end;  ///< steps
  };
  struct Watch {
    int node = 0;
    double threshold_mV = 0;
    bool above = false;
  };

  void make_slots(double dt_ms);
  void settle(const Kernel& kernel);
  void make_drive();
  void read_membrane(int lane, std::span<double> values) const;
  static std::size_t at(int row, int lane) {
    return static_cast<std::size_t>(row) * lanes + static_cast<std::size_t>(lane);
  }

  const TypeModel& model_;
  int used_ = 0;
  std::array<Watch, lanes> watches_{};
  std::vector<SlotKind> slot_kinds_;
  std::vector<SynapseSlot> slots_;
  std::vector<std::uint32_t> slot_place_;  // from slot()'s number to the place in slots_
  std::vector<TimedClamp> clamps_;
  std::vector<Injection> injections_;
  EventRing events_;
  std::int64_t done_ = 0;
  bool concentrations_behind_ = false;  // they have not yet followed the last step
  std::int64_t mean_since_ = 0;
  AlignedArray injected_, from_outside_, drive_;  // [nA]; no memory before the first use
  AlignedArray v_, rhs_, d_, g_ca_, eca_, cai_, i_ca_, i_ca_sum_, rising_, falling_;
  std::vector<AlignedArray> mechanism_x_;
  std::vector<MechanismState> mechanism_states_;
  BlockState state_;
};

}  // namespace cell::engine
